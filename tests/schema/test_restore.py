"""A backup makes the same installation anew, or nothing that could be taken for one."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from lamis.base.errors import Conflict, Invalid, Unavailable
from lamis.schema.archive import ArchiveReader, ArchiveWriter, Head
from lamis.schema.backup import KEPT, write_backup
from lamis.schema.migrate import migrate, newest, nobody, present
from lamis.schema.queries_backup import all_rows
from lamis.schema.restore import finish, restore_rows
from lamis.storage.engine import Database
from tests.alerts.world import NOW, document, put, settle
from tests.engines.postgres import OWNER, PostgresServer


def backup_of(database: Database) -> bytes:
    file = io.BytesIO()
    write_backup(database, file, keys={}, now=NOW)
    return file.getvalue()


@dataclass(frozen=True)
class Place:
    """An empty database to restore into; `owned` opens it as the role that owns its tables."""

    database: Database
    owned: Callable[[], Database | None]

    def restore(self, backup: bytes) -> None:
        with ArchiveReader(io.BytesIO(backup)) as archive:
            restore_rows(self.database, archive, now=NOW, owned=self.owned)
        finish(self.database)


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return {
            table.name: [tuple(row) for rows in all_rows(session, table) for row in rows] for table in KEPT
        }


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.engine)])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Of each kind: whatever engine wrote a backup, either can read it."""
    if request.param == "sqlite":
        place = Place(Database(tmp_path / "other.db"), nobody)
        yield place
        place.database.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.empty() as name:
        place = Place(server.opened(name), lambda: server.opened(name, role=OWNER))
        yield place
        place.database.close()


@pytest.mark.slow
def test_the_same_rows_are_there_again(database: Database, other: Place) -> None:
    settle(database)
    put(database, document(1), document(2, text="a needle"), document(3, addresses=()))
    put(database, document(1), connection=3)
    other.restore(backup_of(database))
    assert contents(other.database) == contents(database)
    if other.database.dialect == "postgresql":
        with other.database.read() as session:
            assert session.execute(
                text("SELECT count(*) FROM pg_class WHERE relname = 'alert_20261121'")
            ).scalar()
    migrate(other.database, owned=other.owned)
    put(other.database, document(9))


def test_an_installation_is_never_restored_over(database: Database) -> None:
    settle(database)
    backup = backup_of(database)
    before = contents(database)
    with pytest.raises(Conflict, match="already"):
        Place(database, nobody).restore(backup)
    assert contents(database) == before
    migrate(database)


@pytest.mark.slow
def test_a_restore_cut_short_cannot_be_served_and_begins_again(database: Database, other: Place) -> None:
    settle(database)
    put(database, *(document(number) for number in range(50)))
    backup = backup_of(database)
    with pytest.raises(Invalid, match="not whole"):
        other.restore(backup[: len(backup) // 2])
    with pytest.raises(Unavailable, match="did not come to its end"):
        migrate(other.database, owned=other.owned)
    other.restore(backup)
    assert contents(other.database) == contents(database)


def test_an_older_backup_is_brought_to_what_this_version_needs(other: Place) -> None:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    columns = ["key", "id", "name", "name_folded", "created_ms"]
    writer.head(Head("0.1.0", "0001", "sqlite", "", {"tenant": columns}), {})
    writer.rows("tenant", [(7, "tenant-7", "North", "north", 1)])
    writer.close()
    other.restore(file.getvalue())
    with other.database.read() as session:
        assert present(session.connection()) == newest()
        assert session.execute(text("SELECT key, name FROM tenant")).all() == [(7, "North")]


def test_a_backup_of_a_newer_version_is_refused(other: Place) -> None:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    writer.head(Head("9.0", "9999", "sqlite", "", {}), {})
    writer.close()
    with pytest.raises(Invalid, match="newer LAMIS"):
        other.restore(file.getvalue())
