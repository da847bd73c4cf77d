"""Telling a database that is away from a statement that failed."""

import sqlite3

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from lamis.storage.away import AWAY, FULL, is_away, is_full, why_it_cannot
from lamis.storage.engine import Database
from lamis.storage.postgres import Postgres
from tests.engines.node import free_port


def as_told(driver: Exception, kind: type[DBAPIError] = OperationalError) -> DBAPIError:
    return kind("SELECT 1", {}, driver)


@pytest.mark.parametrize(
    "driver",
    [
        psycopg.OperationalError("connection failed"),
        psycopg.errors.AdminShutdown(),
        psycopg.errors.CannotConnectNow(),
        psycopg.errors.ConnectionFailure(),
        psycopg.errors.TooManyConnections(),
    ],
)
def test_a_server_that_cannot_be_asked_is_away(driver: Exception) -> None:
    assert is_away(as_told(driver))


@pytest.mark.parametrize(
    "error",
    [
        as_told(psycopg.errors.QueryCanceled()),
        as_told(psycopg.errors.DiskFull()),
        as_told(psycopg.errors.SyntaxError(), ProgrammingError),
        as_told(sqlite3.OperationalError("database is locked")),
        ValueError(),
    ],
)
def test_what_a_server_or_a_file_refused_is_not_away(error: Exception) -> None:
    assert not is_away(error)


def test_a_port_where_nobody_listens_is_away() -> None:
    database = Database(Postgres(f"postgresql://lamis@127.0.0.1:{free_port()}/lamis"))
    with pytest.raises(OperationalError) as caught, database.read():
        pass
    assert is_away(caught.value)
    database.close()


def test_a_full_disk_is_told_and_is_not_a_database_that_is_away(database: Database) -> None:
    assert why_it_cannot(as_told(psycopg.errors.DiskFull())) == FULL
    assert why_it_cannot(as_told(psycopg.errors.AdminShutdown())) == AWAY
    assert why_it_cannot(as_told(sqlite3.OperationalError("database is locked"))) is None
    assert not is_full(ValueError())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_sqlite_says_so(database: Database) -> None:
    with database.ingest() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(OperationalError) as told, database.ingest() as session:
        session.execute(text("CREATE TABLE big (x)"))
        session.execute(text("INSERT INTO big VALUES (zeroblob(100000))"))
    assert is_full(told.value)
    assert not is_away(told.value)
