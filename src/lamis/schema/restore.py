"""A backup read into an empty database, of either engine."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, MetaData, Table, insert, text
from sqlalchemy.orm import Session

from lamis.alerts.days import make_days
from lamis.alerts.rules import key_ms
from lamis.base.errors import Conflict, Invalid
from lamis.schema.archive import ArchiveReader, Chunk, Head
from lamis.schema.backup import KEPT, Progress
from lamis.schema.migrate import RESTORING, known_revisions, migrate, newest, nobody, present
from lamis.schema.queries_backup import is_empty
from lamis.storage.engine import Database
from lamis.storage.state import set_state, state

_POSTGRES = "postgresql"
# Rows in these were made by somebody; others may hold what a migration puts there.
_OF_PEOPLE = frozenset({"person", "tenant", "connection", "alert"})


def restore_rows(
    database: Database,
    archive: ArchiveReader,
    *,
    now: datetime,
    owned: Callable[[], Database | None] = nobody,
    progress: Progress = lambda table, rows: None,
) -> dict[str, int]:
    """Bring `database` to the backup's revision, take in every row, then bring it to what is needed now.

    The database must be empty, or hold a restore that was cut short, which begins again. Raises Conflict
    otherwise, Invalid for a backup that is not whole: then the database stays unusable until one was
    restored to its end.
    """
    head = archive.head
    if head.revision not in known_revisions():
        raise Invalid("This backup was made by a newer LAMIS; restore it with that version.", field="file")
    with database.writer.connect() as connection:
        found = present(connection)
    if found not in (None, head.revision):
        raise Conflict("Another version than the backup's made this database; use an empty one.")
    migrate(database, owned=owned, to=head.revision, is_restoring=True)
    owner = owned()  # who serves may touch the tables of this version only
    try:
        counts = _rows(owner or database, archive, progress, now=now)
    finally:
        if owner is not None:
            owner.close()
    migrate(database, owned=owned, is_restoring=True)
    return counts


def _rows(database: Database, archive: ArchiveReader, progress: Progress, *, now: datetime) -> dict[str, int]:
    head = archive.head
    _make_room(database, head)
    tables = _tables(database, head)
    counts = dict.fromkeys(tables, 0)
    for chunk in archive.chunks():
        if chunk.table == "alert" and head.revision == newest():
            at = head.tables["alert"].index("key")
            make_days(database, [key_ms(cast(int, row[at])) for row in chunk.rows], now=now)
        with database.write() as session:
            _insert(session, tables[chunk.table], head.tables[chunk.table], chunk)
        counts[chunk.table] += len(chunk.rows)
        progress(chunk.table, len(chunk.rows))
    with database.write() as session:
        _count_on(session.connection(), list(tables.values()))
    return counts


def finish(database: Database) -> None:
    """Everything is there, derived indexes too: the database may be served."""
    with database.write() as session:
        set_state(session, RESTORING, None)


def _make_room(database: Database, head: Head) -> None:
    tables = [table for table in KEPT if table.name in head.tables]
    with database.write() as session:
        if state(session, RESTORING) is None:
            for table in tables:
                if table.name in _OF_PEOPLE and not is_empty(session, table):
                    raise Conflict(
                        "There is an installation here already; restore into an empty folder or database."
                    )
        for table in reversed(tables):
            session.execute(table.delete())
        set_state(session, RESTORING, "1")


def _tables(database: Database, head: Head) -> dict[str, Table]:
    """The tables as they are at the backup's revision."""
    found = MetaData()
    with database.writer.connect() as connection:
        found.reflect(connection, only=list(head.tables), resolve_fks=False)
    return {name: found.tables[name] for name in head.tables}


def _insert(session: Session, table: Table, columns: Sequence[str], chunk: Chunk) -> None:
    rows = [dict(zip(columns, row, strict=True)) for row in chunk.rows]
    if chunk.table == "installation_state":
        rows = [row for row in rows if row["name"] != RESTORING]
    if rows:
        session.execute(insert(table), rows)


def _count_on(connection: Connection, tables: Sequence[Table]) -> None:
    """Have PostgreSQL number new rows behind those that came with their numbers; SQLite does so by itself."""
    if connection.dialect.name != _POSTGRES:
        return
    for table in tables:
        for column in table.primary_key.columns:
            where = {"table": f'"{table.name}"', "column": column.name}
            sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), where)
            if sequence:
                connection.execute(
                    text(
                        f'SELECT setval(:sequence, (SELECT max({column.name}) FROM "{table.name}"))'  # noqa: S608
                    ),
                    {"sequence": sequence},
                )
