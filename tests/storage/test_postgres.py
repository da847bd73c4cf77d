"""PostgreSQL as LAMIS needs it: a server that will not do is told in a sentence, without its password."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import text

from lamis.base.errors import Invalid, Unavailable
from lamis.storage.engine import Database
from lamis.storage.postgres import Postgres, why_not
from lamis.storage.state import set_state, state
from tests.engines.node import free_port
from tests.engines.postgres import GUARDED, SERVING, PostgresServer
from tests.engines.waiting import PATIENCE_S


def checked(url: str) -> None:
    server = Postgres(url)
    try:
        server.check()
    finally:
        Database(server).close()


@pytest.mark.parametrize(
    "url",
    ["sqlite:///lamis.db", "postgresql+psycopg://lamis:pass@host/lamis", "postgresql://lamis:pa^ss@ho st:x/"],
)
def test_what_is_no_url_of_postgresql_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(Invalid, match="LAMIS_DATABASE_URL") as caught:
        Postgres(url)
    assert caught.value.field == "LAMIS_DATABASE_URL"
    assert "pa" not in caught.value.message.replace("password", "")


def test_a_server_that_is_not_there_is_told() -> None:
    server = Postgres(f"postgresql://lamis:topsecret@127.0.0.1:{free_port()}/lamis", setting="LAMIS_X")
    with pytest.raises(Unavailable, match=r"LAMIS_X.*refused") as caught:
        server.check()
    assert "topsecret" not in caught.value.message


@pytest.mark.engine
def test_a_wrong_password_is_told_and_not_shown(postgres_server: PostgresServer) -> None:
    checked(postgres_server.url(GUARDED, "postgres", "secret"))
    with pytest.raises(Unavailable, match="password authentication failed") as caught:
        checked(postgres_server.url(GUARDED, "postgres", "topsecret"))
    assert "topsecret" not in caught.value.message


@pytest.mark.engine
def test_a_database_of_another_encoding_is_refused(postgres_server: PostgresServer) -> None:
    postgres_server.run(
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    with pytest.raises(Unavailable, match="LATIN1; make one with ENCODING 'UTF8'"):
        checked(postgres_server.url(SERVING, "latin"))
    assert "14" in (why_not(140012, "UTF8") or "")
    assert why_not(150018, "UTF8") is None


@pytest.mark.engine
def test_parameters_of_the_url_pass(postgres_server: PostgresServer) -> None:
    url = postgres_server.url(SERVING, "postgres") + "?application_name=watch&options=-c%20work_mem%3D5MB"
    database = Database(Postgres(url))
    with database.read() as session:
        shown = [session.scalar(text(f"SHOW {name}")) for name in ("application_name", "work_mem", "jit")]
    assert shown == ["watch", "5MB", "off"]
    assert database.shown == "postgres at 127.0.0.1"
    database.close()


@pytest.mark.engine
def test_people_wait_for_the_disk_and_ingest_does_not(postgres_database: Database) -> None:
    with postgres_database.ingest() as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "off"
    with postgres_database.read() as session:
        assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"


@pytest.mark.engine
def test_a_connection_that_was_ended_is_replaced(
    postgres_server: PostgresServer, postgres_database: Database
) -> None:
    with postgres_database.read() as session:
        session.execute(text("SELECT 1"))
    postgres_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{SERVING}'")
    with postgres_database.read() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_only_what_another_transaction_caused_is_repeated() -> None:
    server = Postgres("postgresql://127.0.0.1/lamis")
    assert server.is_repeatable(psycopg.errors.DeadlockDetected())
    assert server.is_repeatable(psycopg.errors.SerializationFailure())
    assert server.is_repeatable(psycopg.errors.LockNotAvailable())
    assert not server.is_repeatable(psycopg.errors.SyntaxError())
    assert not server.is_repeatable(ValueError())


def test_the_place_is_shown_without_the_role() -> None:
    assert re.fullmatch("lamis at db.example", Postgres("postgresql://me:pw@db.example/lamis").shown)


@pytest.mark.engine
def test_of_two_that_wait_for_each_other_both_are_done_in_the_end(postgres_database: Database) -> None:
    with postgres_database.write() as session:
        set_state(session, "a", "0")
        set_state(session, "b", "0")
    both_hold_one, tries = Barrier(2, timeout=PATIENCE_S), [0, 0]
    more = text("UPDATE installation_state SET value = (value\\:\\:int + 1)\\:\\:text WHERE name = :name")

    def raise_both(worker: int, first: str, second: str) -> None:
        def unit() -> None:
            tries[worker] += 1
            with postgres_database.ingest() as session:
                session.execute(more, {"name": first})
                if tries[worker] == 1:
                    both_hold_one.wait()
                session.execute(more, {"name": second})

        postgres_database.repeating(unit)

    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(raise_both, 0, "a", "b"), threads.submit(raise_both, 1, "b", "a")]
        for each in done:
            each.result()
    assert sorted(tries) == [1, 2]
    with postgres_database.read() as session:
        assert (state(session, "a"), state(session, "b")) == ("2", "2")


def test_what_nobody_else_caused_is_not_done_again(sqlite_database: Database) -> None:
    tries = []

    def unit() -> None:
        tries.append(1)
        raise ValueError

    with pytest.raises(ValueError):
        sqlite_database.repeating(unit)
    assert len(tries) == 1
