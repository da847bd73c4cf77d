"""The database of an installation, and the sessions that doors and jobs take.

It is SQLite (one file in the data folder) or PostgreSQL; what differs lies in `sqlite` and `postgres`.
"""

import copy
import random
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lamis.base.scope import EVERYTHING, Scope
from lamis.storage import scopes
from lamis.storage.backend import Backend, Dialect
from lamis.storage.bus import Bell, Bus
from lamis.storage.precedence import Precedence
from lamis.storage.sqlite import Sqlite

T = TypeVar("T")
_MOST_TRIES = 6
_REST_S = 0.02


class ReadSession(Session):
    """A session whose connection refuses to write. It sees one state."""


def once(session: Session, question: Hashable, ask: Callable[[], T]) -> T:
    """The answer of `ask`, which a session that sees one state asks at the first time only.

    `question` tells what is asked, and of whom.
    """
    if not isinstance(session, ReadSession):
        return ask()
    if question not in session.info:
        session.info[question] = ask()
    answer: T = session.info[question]
    return answer


class Database:
    """The store of one installation. Doors open sessions here; a write session commits at its end."""

    def __init__(self, place: Path | Backend) -> None:
        """`place` is the path of a SQLite file, or another backend."""
        self._backend: Backend = Sqlite(place) if isinstance(place, Path) else place
        self._path = place if isinstance(place, Path) else None
        self._longest_read: timedelta | None = None
        self._is_of_door = False
        self.bus = Bus()
        self.precedence = Precedence()

    @property
    def path(self) -> Path:
        """The file of a SQLite store."""
        assert self._path is not None, "PostgreSQL has no file here"
        return self._path

    @property
    def dialect(self) -> Dialect:
        return self._backend.dialect

    @property
    def shown(self) -> str:
        """Where the database is, for people; without a secret."""
        return self._backend.shown

    @property
    def reader(self) -> Engine:
        return self._backend.reader

    @property
    def writer(self) -> Engine:
        return self._backend.writer

    def limited(self, longest_read: timedelta) -> Self:
        """The same store for doors, which many ask at once: a session that reads for longer is ended.

        One filter that nothing speeds up must not keep a thread busy for minutes. Such a session raises
        Unavailable. On PostgreSQL these sessions touch no tenant's rows but those of whoever the door knows
        to call (`scopes`).
        """
        limited = copy.copy(self)
        limited._longest_read = longest_read
        limited._is_of_door = True
        return limited

    @property
    def _scope(self) -> Scope | None:
        return scopes.known() if self._is_of_door else EVERYTHING

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A session that sees one consistent state and cannot write."""
        with ReadSession(self._backend.reader, autoflush=False, expire_on_commit=False) as session:
            self._backend.begin(session, self._scope, self._longest_read)
            if self._longest_read is None:
                yield session
            else:
                with self._backend.ending_after(session, self._longest_read):
                    yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A person's or a job's write: one transaction, committed at the end, rolled back on an error."""
        with (
            self._backend.person(),
            Session(self._backend.writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._backend.begin(session, self._scope, None)
            yield session
        self.bus.committed(session, Bell.WRITTEN)

    @contextmanager
    def ingest(self) -> Iterator[Session]:
        """A page of alerts: one transaction that waits behind people and syncs with the next checkpoint."""
        self.precedence.give_way()
        with (
            self._backend.ingest(),
            Session(self._backend.feeder, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._backend.begin(session, EVERYTHING, None)
            yield session
        self.bus.committed(session, Bell.STORED)

    def repeating(self, unit: Callable[[], T]) -> T:
        """Do `unit`, which opens its own sessions, again where another transaction was in its way.

        On PostgreSQL one of two that wait for each other is ended, and of two that make the same row one
        fails; both are cured by doing the whole unit again. `unit` must change nothing outside the store
        before its commit.
        """
        for tries in range(1, _MOST_TRIES + 1):
            try:
                return unit()
            except Exception as error:
                if tries == _MOST_TRIES or not self._backend.is_repeatable(error):
                    raise
            threading.Event().wait(random.uniform(0, _REST_S * 2**tries))  # noqa: S311 -- not a secret
        raise AssertionError("the last try returns or raises")

    @property
    def engines(self) -> tuple[Engine, Engine, Engine]:
        """Of reading, of ingest and of writing."""
        return self._backend.reader, self._backend.feeder, self._backend.writer

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()
