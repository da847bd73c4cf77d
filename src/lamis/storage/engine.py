"""The database: three engines on one SQLite file, and the sessions that doors and jobs take.

Reading, writing and ingest have engines of their own because SQLite sets per connection whether it
may write and how hard a commit is synced.
"""

import copy
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lamis.base.errors import Unavailable
from lamis.storage.bus import Bell, Bus
from lamis.storage.writing import WriterQueue

CACHE_KB = 4096
BUSY_MS = 15_000
_LOOK_EVERY = 100_000  # steps of SQLite between two looks at the clock: about a millisecond


class ReadSession(Session):
    """A session whose connection refuses to write."""


def _sqlite_engine(path: Path, *, pool_size: int, begin: str, pragmas: tuple[str, ...]) -> Engine:
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
            "mmap_size=268435456",
            "wal_autocheckpoint=4000",
            "journal_size_limit=67108864",
            *pragmas,
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _ending_after(session: Session, longest: timedelta) -> Iterator[None]:
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    ends_at = time.monotonic() + longest.total_seconds()
    driver.set_progress_handler(lambda: time.monotonic() > ends_at, _LOOK_EVERY)
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        if "interrupted" not in str(error):
            raise
        raise Unavailable(
            f"That took longer than {longest.total_seconds():g} s; choose a shorter time or narrower filters."
        ) from error
    finally:
        driver.set_progress_handler(None, 0)


class Database:
    """The store of one installation. Doors open sessions here; a write session commits at its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.queue = WriterQueue()
        self._longest_read: timedelta | None = None
        self.bus = Bus()
        self.writer = _sqlite_engine(
            path, pool_size=2, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL",)
        )
        self.feeder = _sqlite_engine(
            path, pool_size=1, begin="BEGIN IMMEDIATE", pragmas=("synchronous=NORMAL",)
        )
        self.reader = _sqlite_engine(path, pool_size=8, begin="BEGIN", pragmas=("query_only=ON",))

    def limited(self, longest_read: timedelta) -> Self:
        """The same store for those whom many ask at once: a session that reads for longer is ended.

        One filter that nothing speeds up must not keep a thread busy for minutes. Such a session raises
        Unavailable.
        """
        limited = copy.copy(self)
        limited._longest_read = longest_read
        return limited

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A session that sees one consistent state and cannot write."""
        with ReadSession(self.reader, autoflush=False, expire_on_commit=False) as session:
            if self._longest_read is None:
                yield session
            else:
                with _ending_after(session, self._longest_read):
                    yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A person's or a job's write: one transaction, committed at the end, rolled back on an error."""
        with self.queue.person(), Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session
        self.bus.committed(session, Bell.WRITTEN)

    @contextmanager
    def ingest(self) -> Iterator[Session]:
        """A page of alerts: one transaction that waits behind people and syncs with the next checkpoint."""
        with self.queue.ingest(), Session(self.feeder, expire_on_commit=False) as session, session.begin():
            yield session
        self.bus.committed(session, Bell.STORED)

    def close(self) -> None:
        for engine in (self.reader, self.feeder, self.writer):
            engine.dispose()
