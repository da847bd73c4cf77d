"""PostgreSQL 15 and later, by psycopg. libpq reads the URL, so each of its parameters passes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lamis.base.clock import span_ms
from lamis.base.errors import Invalid, Unavailable
from lamis.base.scope import Scope
from lamis.storage.arrays import register
from lamis.storage.scopes import SETTING, setting_of
from lamis.storage.sqlite import TOO_LONG

OLDEST = 15
_CONNECT_S = 10
_SCHEMES = ("postgresql://", "postgres://")
_BEGIN = text(
    f"SELECT set_config('{SETTING}', :scope, true), set_config('statement_timeout', :longest_ms, true)"
)
# Two transactions in each other's way, one that waited for as long as it would, two that make the same row.
_REPEATABLE = frozenset({"40001", "40P01", "55P03", "23505"})


class Postgres:
    """One database of a server. `setting` is the variable that `url` comes from, for messages."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, url: str, *, setting: str = "LAMIS_DATABASE_URL") -> None:
        self.setting = setting
        known = _read(url, setting)
        self.shown = f"{known.get('dbname', 'lamis')} at {known.get('host', 'the local server')}"
        self.reader = _engine(known, pool_size=8, isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self.writer = _engine(known, pool_size=4)
        # What a crash of the server takes of the last half second, the sources still have.
        self.feeder = _engine(known, pool_size=4, synchronous_commit="off")

    def person(self) -> AbstractContextManager[None]:
        return nullcontext()

    def ingest(self) -> AbstractContextManager[None]:
        return nullcontext()

    def begin(self, session: Session, scope: Scope | None, longest: timedelta | None) -> None:
        longest_ms = 0 if longest is None else max(1, span_ms(longest))
        session.execute(_BEGIN, {"scope": setting_of(scope), "longest_ms": str(longest_ms)})

    @contextmanager
    def ending_after(self, session: Session, longest: timedelta) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, psycopg.Error) as error:
            if not isinstance(_driver_error(error), psycopg.errors.QueryCanceled):
                raise
            raise Unavailable(TOO_LONG.format(s=longest.total_seconds())) from error

    def is_repeatable(self, error: Exception) -> bool:
        found = _driver_error(error)
        return isinstance(found, psycopg.Error) and found.sqlstate in _REPEATABLE

    def check(self) -> None:
        """Look at the server once. Raises Unavailable with a sentence that names the setting."""
        try:
            with self.writer.connect() as connection:
                server = connection.connection.driver_connection
                assert isinstance(server, psycopg.Connection)
                version = server.info.server_version
                encoding = server.info.parameter_status("server_encoding")
        except (DBAPIError, psycopg.Error) as error:
            told = " ".join(str(_driver_error(error)).split())
            raise Unavailable(f"{self.setting}: the database cannot be opened: {told}") from None
        if found := why_not(version, encoding):
            raise Unavailable(f"{self.setting}: {found}")


def why_not(version: int, encoding: str | None) -> str | None:
    """The sentence why a server of `version` (150018 is 15.18) will not do; None where it will."""
    if version < OLDEST * 10_000:
        return f"the server is PostgreSQL {version // 10_000}; LAMIS needs {OLDEST} or newer."
    if encoding != "UTF8":
        return f"the encoding of the database is {encoding}; make one with ENCODING 'UTF8'."
    return None


def _driver_error(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _read(url: str, setting: str) -> dict[str, Any]:
    """The parameters of `url`. Raises Invalid, without showing it: it may hold a password."""
    example = "postgresql://lamis@db.example/lamis"
    if not url.startswith(_SCHEMES):
        raise Invalid(f"{setting} is not the URL of a PostgreSQL database, like {example}.", field=setting)
    try:
        return conninfo_to_dict(url)
    except psycopg.Error:
        raise Invalid(f"{setting} cannot be read; write it like {example}.", field=setting) from None


# Compiling a plan, or sharing it among processes, takes longer than our short statements do. Joins are
# made in the order they are written: a table that has just been filled has no statistics yet, and by a
# guessed order it was read whole for each row of a list.
_WISHES = ("-c jit=off", "-c max_parallel_workers_per_gather=0", "-c join_collapse_limit=1")


def _engine(
    known: dict[str, Any],
    *,
    pool_size: int,
    synchronous_commit: str | None = None,
    **options: Any,
) -> Engine:
    wished = " ".join([known.get("options") or "", *_WISHES])
    if synchronous_commit is not None:
        wished += f" -c synchronous_commit={synchronous_commit}"
    wishes: dict[str, Any] = (
        {"application_name": "lamis", "connect_timeout": _CONNECT_S} | known | {"options": wished.strip()}
    )
    conninfo = make_conninfo(**wishes)

    def connect() -> psycopg.Connection:
        connection = psycopg.connect(conninfo)
        register(connection)
        return connection

    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=pool_size,
        max_overflow=32,
        pool_timeout=30,
        pool_pre_ping=True,  # a server that was restarted is no reason to fail
        execution_options=options,
    )
