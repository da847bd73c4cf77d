"""What both kinds of store promise, whoever reads and writes at the same time."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, OperationalError

from lamis.base.errors import Unavailable
from lamis.storage.engine import Database, once
from lamis.storage.precedence import Precedence
from lamis.storage.raw import driver
from lamis.storage.state import set_state, state

COUNT_FOR_EVER = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


def test_a_read_session_cannot_write(database: Database) -> None:
    with database.read() as session, pytest.raises((OperationalError, InternalError), match=r"read-?only"):
        session.execute(text("INSERT INTO installation_state VALUES ('a', 'b')"))


def test_what_is_asked_once_is_answered_as_it_was_until_the_session_ends(database: Database) -> None:
    answers = iter((1, 2, 3))
    with database.read() as session:
        assert once(session, ("a", 1), lambda: next(answers)) == 1
        assert once(session, ("a", 1), lambda: next(answers)) == 1
        assert once(session, ("a", 2), lambda: next(answers)) == 2
    with database.read() as session:
        assert once(session, ("a", 1), lambda: next(answers)) == 3


def test_who_writes_asks_each_time(database: Database) -> None:
    answers = iter((1, 2))
    with database.write() as session:
        assert once(session, "a", lambda: next(answers)) == 1
        assert once(session, "a", lambda: next(answers)) == 2


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
    with database.limited(timedelta(milliseconds=50)).read() as session:
        session.execute(text("SELECT 1"))
    with database.read() as session:
        limit = COUNT_FOR_EVER.replace("FROM n)", "FROM n WHERE x < 300000)")
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


class _Given(Precedence):
    """Counts how often way was given."""

    times = 0

    def give_way(self) -> None:
        self.times += 1


def test_ingest_gives_way_and_nobody_else_does(database: Database) -> None:
    given = database.precedence = _Given()
    with database.read():
        pass
    with database.write():
        pass
    assert given.times == 0
    with database.ingest():
        assert given.times == 1


def test_doors_and_jobs_know_of_the_same_people(database: Database) -> None:
    assert database.limited(timedelta(seconds=1)).precedence is database.precedence
