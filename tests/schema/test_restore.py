"""A backup makes the same installation anew, or nothing that could be taken for one."""

import io
from pathlib import Path

import pytest
from sqlalchemy import text

from lamis.base.errors import Conflict, Invalid, Unavailable
from lamis.schema.archive import ArchiveReader, ArchiveWriter, Head
from lamis.schema.backup import KEPT, write_backup
from lamis.schema.migrate import migrate, newest, present
from lamis.schema.restore import finish, restore_rows
from lamis.storage.engine import Database
from tests.alerts.world import NOW, document, put, settle


def backup_of(database: Database) -> bytes:
    file = io.BytesIO()
    write_backup(database, file, keys={}, now=NOW)
    return file.getvalue()


def restore(database: Database, backup: bytes) -> None:
    with ArchiveReader(io.BytesIO(backup)) as archive:
        restore_rows(database, archive)
    finish(database)


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return {
            table.name: sorted(tuple(row) for row in session.execute(text(f'SELECT * FROM "{table.name}"')))
            for table in KEPT
        }


@pytest.fixture
def other(tmp_path: Path) -> Database:
    return Database(tmp_path / "other.db")


def test_the_same_rows_are_there_again(database: Database, other: Database) -> None:
    settle(database)
    put(database, document(1), document(2, text="a needle"), document(3, addresses=()))
    put(database, document(1), connection=3)
    restore(other, backup_of(database))
    assert contents(other) == contents(database)
    migrate(other)
    put(other, document(9))
    other.close()


def test_an_installation_is_never_restored_over(database: Database) -> None:
    settle(database)
    backup = backup_of(database)
    before = contents(database)
    with pytest.raises(Conflict, match="already"):
        restore(database, backup)
    assert contents(database) == before
    migrate(database)


def test_a_restore_cut_short_cannot_be_served_and_begins_again(database: Database, other: Database) -> None:
    settle(database)
    put(database, *(document(number) for number in range(50)))
    backup = backup_of(database)
    with pytest.raises(Invalid, match="not whole"):
        restore(other, backup[: len(backup) // 2])
    with pytest.raises(Unavailable, match="did not come to its end"):
        migrate(other)
    restore(other, backup)
    assert contents(other) == contents(database)
    other.close()


def test_an_older_backup_is_brought_to_what_this_version_needs(other: Database) -> None:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    columns = ["key", "id", "name", "name_folded", "created_ms"]
    writer.head(Head("0.1.0", "0001", "sqlite", "", {"tenant": columns}), {})
    writer.rows("tenant", [(7, "tenant-7", "North", "north", 1)])
    writer.close()
    restore(other, file.getvalue())
    with other.read() as session:
        assert present(session.connection()) == newest()
        assert session.execute(text("SELECT key, name FROM tenant")).all() == [(7, "North")]
    other.close()


def test_a_backup_of_a_newer_version_is_refused(other: Database) -> None:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    writer.head(Head("9.0", "9999", "sqlite", "", {}), {})
    writer.close()
    with pytest.raises(Invalid, match="newer LAMIS"):
        restore(other, file.getvalue())
    other.close()
