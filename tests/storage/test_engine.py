"""SQLite as LAMIS needs it: the traps of its settings, each with its failing case."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lamis.alerts.names import driver
from lamis.base.errors import Unavailable
from lamis.storage.engine import Database
from lamis.storage.state import set_state, state


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


def test_a_read_session_cannot_write(database: Database) -> None:
    with database.read() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("INSERT INTO installation_state VALUES ('a', 'b')"))


def test_people_sync_fully_and_ingest_does_not(database: Database) -> None:
    with database.write() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2
    with database.ingest() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 1


COUNT_FOR_EVER = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize("through", ["session", "driver"])
def test_a_read_without_end_is_ended(database: Database, through: str) -> None:
    limited = database.limited(timedelta(milliseconds=1))
    with pytest.raises(Unavailable, match="shorter time"), limited.read() as session:
        if through == "session":
            session.execute(text(COUNT_FOR_EVER))
        else:
            driver(session).execute(COUNT_FOR_EVER).fetchall()
    with limited.read() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_a_limit_ends_with_its_session(database: Database) -> None:
    with database.limited(timedelta(0)).read() as session:
        session.execute(text("SELECT 1"))
    with database.read() as session:
        limit = COUNT_FOR_EVER.replace("FROM n)", "FROM n LIMIT 300000)")
        assert session.execute(text(limit)).scalar() == 300_000


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ValueError, match="stop"), database.write() as session:
        set_state(session, "a", "b")
        raise ValueError("stop")
    with database.read() as session:
        assert state(session, "a") is None


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.write() as session:
        set_state(session, "a", "1")
    with database.read() as reader:
        assert state(reader, "a") == "1"
        with database.write() as session:
            set_state(session, "a", "2")
        reader.expire_all()
        assert state(reader, "a") == "1"
    with database.read() as reader:
        assert state(reader, "a") == "2"


def test_writers_of_many_threads_never_meet_a_lock(database: Database) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO journal_counter VALUES ('s', 0)"))
    failed: list[BaseException] = []

    def count(is_ingest: bool) -> None:
        try:
            for _ in range(25):
                with database.ingest() if is_ingest else database.write() as session:
                    session.execute(text("UPDATE journal_counter SET last = last + 1"))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=count, args=(number % 2 == 0,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.read() as session:
        assert session.execute(text("SELECT last FROM journal_counter")).scalar() == 150
