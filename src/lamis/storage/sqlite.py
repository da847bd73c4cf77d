"""SQLite: three engines on one file.

Reading, writing and ingest have engines of their own because SQLite sets per connection whether it
may write and how hard a commit is synced.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lamis.base.errors import Unavailable
from lamis.base.scope import Scope
from lamis.storage.writing import WriterQueue

CACHE_KB = 4096
# Seen from outside it is memory of the process; with four times as much, pages cost 4 % less.
MAPPED_BYTES = 64 * 1024 * 1024
BUSY_MS = 15_000
TOO_LONG = "That took longer than {s:g} s; choose a shorter time or narrower filters."
_LOOK_EVERY = 100_000  # steps of SQLite between two looks at the clock: about a millisecond


class Sqlite:
    """One file in the data folder; its one writer at a time takes turns within this process."""

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, path: Path) -> None:
        self.shown = str(path)
        self._queue = WriterQueue()
        self.writer = _engine(path, pool_size=2, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL",))
        self.feeder = _engine(path, pool_size=1, begin="BEGIN IMMEDIATE", pragmas=("synchronous=NORMAL",))
        self.reader = _engine(path, pool_size=8, begin="BEGIN", pragmas=("query_only=ON",))

    def person(self) -> AbstractContextManager[None]:
        return self._queue.person()

    def ingest(self) -> AbstractContextManager[None]:
        return self._queue.ingest()

    def begin(self, session: Session, scope: Scope | None, longest: timedelta | None) -> None:
        """Nothing: here the scope of each query stands alone."""

    @contextmanager
    def ending_after(self, session: Session, longest: timedelta) -> Iterator[None]:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        ends_at = time.monotonic() + longest.total_seconds()
        driver.set_progress_handler(lambda: time.monotonic() > ends_at, _LOOK_EVERY)
        try:
            yield
        except (OperationalError, sqlite3.OperationalError) as error:
            if "interrupted" not in str(error):
                raise
            raise Unavailable(TOO_LONG.format(s=longest.total_seconds())) from error
        finally:
            driver.set_progress_handler(None, 0)

    def is_repeatable(self, error: Exception) -> bool:
        return False  # its one writer never meets another


def _engine(path: Path, *, pool_size: int, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000, "cached_statements": 512},
        pool_size=pool_size,
        max_overflow=64,
        pool_timeout=30,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver's guesses
        if connection.execute("PRAGMA page_count").fetchone()[0] == 0:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # silently ignored once WAL is on
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode=WAL")
        for pragma in (
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KB}",
            "temp_store=MEMORY",
            f"mmap_size={MAPPED_BYTES}",
            "wal_autocheckpoint=4000",
            "journal_size_limit=67108864",
            *pragmas,
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("in_network", 3, _in_network, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(begin)  # a statement of the engine's own would cost as much as a small query

    return engine


def _in_network(addresses: bytes | None, first: bytes, last: bytes) -> bool:
    """Whether one of some addresses, 16 bytes each, lies between two."""
    if not addresses:
        return False
    return any(first <= addresses[at : at + 16] <= last for at in range(0, len(addresses), 16))
