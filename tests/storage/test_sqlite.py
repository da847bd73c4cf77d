"""SQLite as LAMIS needs it: the traps of its settings, each with its failing case."""

from pathlib import Path

from sqlalchemy import text

from lamis.storage.engine import Database


def _pragma(database: Database, name: str) -> object:
    with database.read() as session:
        return session.execute(text(f"PRAGMA {name}")).scalar()


def test_freed_pages_can_be_given_back(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.db")
    with database.write() as session:
        session.execute(text("CREATE TABLE t (x)"))
    assert _pragma(database, "auto_vacuum") == 2
    assert _pragma(database, "journal_mode") == "wal"
    database.close()


def test_people_sync_fully_and_ingest_does_not(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.db")
    with database.write() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2
    with database.ingest() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 1
    database.close()
