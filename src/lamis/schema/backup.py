"""A whole installation written to a file, while it is served, as of one moment."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import BinaryIO

from lamis import __version__
from lamis.base.clock import iso_ms, to_ms
from lamis.schema.archive import ArchiveWriter, Head
from lamis.schema.migrate import newest
from lamis.schema.queries_backup import all_rows
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database

# Sign-ins end with a restore; what the clock does is made anew at each start.
LEFT_OUT = frozenset({"chore", "failed_sign_in", "lease", "web_session"})
KEPT = tuple(table for table in METADATA.sorted_tables if table.name not in LEFT_OUT)

Progress = Callable[[str, int], None]


def write_backup(
    database: Database,
    file: BinaryIO,
    *,
    keys: Mapping[str, str],
    now: datetime,
    progress: Progress = lambda table, rows: None,
) -> dict[str, int]:
    """Write every table to `file` in one read, so that all of it is of one moment; returns rows by table.

    `keys` are the contents of the key files by name. Nobody waits for it; on SQLite the write-ahead log
    grows meanwhile. Derived indexes (text search) are left out and made again by a restore.
    """
    writer = ArchiveWriter(file)
    head = Head(
        version=__version__,
        revision=newest(),
        engine=database.reader.dialect.name,
        made_at=iso_ms(to_ms(now)),
        tables={table.name: [column.name for column in table.columns] for table in KEPT},
    )
    writer.head(head, keys)
    with database.read() as session:
        for table in KEPT:
            for rows in all_rows(session, table):
                writer.rows(table.name, [tuple(row) for row in rows])
                progress(table.name, len(rows))
    writer.close()
    return writer.counts
