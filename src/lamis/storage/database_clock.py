"""The time that processes on several machines agree on: that of the database server."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lamis.base.clock import from_ms, utc_now
from lamis.storage.engine import Database

EVERY_S = 30.0
_NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")


class DatabaseClock:
    """This machine's clock, put right by the server's twice a minute.

    While the server does not answer, the last difference counts. On SQLite there is one machine only.
    """

    def __init__(
        self,
        database: Database,
        *,
        here: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._here = here
        self._monotonic = monotonic
        self._again_at = monotonic()
        self._turn = threading.Lock()
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        if self._monotonic() >= self._again_at and self._turn.acquire(blocking=False):
            try:
                self._measure()
            finally:
                self._turn.release()
        return self._here() + self.ahead

    def _measure(self) -> None:
        """How far the server's clock is ahead, by the middle of the way there and back."""
        self._again_at = self._monotonic() + EVERY_S
        if self._database.dialect == "sqlite":
            return
        try:
            with self._database.reader.connect() as connection:
                asked = self._here()
                there = from_ms(int(connection.execute(_NOW).scalar_one()))
                self.ahead = there - (asked + (self._here() - asked) / 2)
        except SQLAlchemyError:
            return
