"""A backup holds everything as of one moment, whatever is stored meanwhile."""

import io

from lamis.schema.archive import ArchiveReader
from lamis.schema.backup import LEFT_OUT, write_backup
from lamis.schema.migrate import newest
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database
from tests.alerts.world import NOW, document, put, settle


def read_back(file: io.BytesIO) -> dict[str, list[list[object]]]:
    found: dict[str, list[list[object]]] = {}
    with ArchiveReader(io.BytesIO(file.getvalue())) as archive:
        for chunk in archive.chunks():
            found.setdefault(chunk.table, []).extend(chunk.rows)
    return found


def test_every_table_is_in_it_but_what_ends_with_a_restart(database: Database) -> None:
    settle(database)
    put(database, document(1), document(2))
    file = io.BytesIO()
    counts = write_backup(database, file, keys={}, now=NOW)
    assert set(counts) | LEFT_OUT == set(METADATA.tables)
    assert (counts["tenant"], counts["connection"], counts["alert"]) == (2, 3, 2)
    with ArchiveReader(io.BytesIO(file.getvalue())) as archive:
        assert (archive.head.revision, archive.head.engine) == (newest(), database.reader.dialect.name)


def test_what_is_stored_while_it_is_written_is_not_in_it(database: Database) -> None:
    settle(database)
    put(database, document(1))
    file = io.BytesIO()

    def meanwhile(table: str, _rows: int) -> None:
        if table == "alert":
            put(database, document(2), document(3))

    write_backup(database, file, keys={}, now=NOW, progress=meanwhile)
    rows = read_back(file)
    assert (len(rows["alert"]), len(rows["alert_document"])) == (1, 1)
