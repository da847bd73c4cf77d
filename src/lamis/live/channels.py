"""Channels: a distinct view, who follows it, and the threads in which views are read.

Every channel is read by itself and for a limited time, and what is new or was slow has threads apart: a
filter that nothing speeds up delays its own followers only.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from lamis.base.scope import Scope
from lamis.live.feeds import Feed
from lamis.live.outlet import Outlet
from lamis.storage import scopes
from lamis.storage.engine import Database, ReadSession

LONGEST_READ = timedelta(seconds=5)
SLOW_S = 0.25
# How many times as long as its last read took a feed rests, where that was slow; a quick one rests as long.
SLOW_RESTS = 10
LONGEST_REST_S = 30.0
THREADS = 4

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Channel:
    """A feed and its followers. `turn` has its reads follow each other; `rests_until` is the loop's time."""

    feed: Feed
    scope: Scope
    followers: set[Outlet] = field(default_factory=set)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    arriving: int = 0
    is_due: bool = False
    is_reading: bool = False
    is_proven: bool = False
    rests_until: float = 0

    @property
    def is_wanted(self) -> bool:
        return bool(self.followers or self.arriving)

    @property
    def is_resting(self) -> bool:
        """Whether it is to be read as soon as it has rested."""
        return self.is_due and not self.is_reading and bool(self.followers)

    def rest(self, took_s: float, *, at: float) -> None:
        """Take account of a read that ended at `at`."""
        self.is_proven = took_s < SLOW_S
        rest_s = took_s if self.is_proven else min(LONGEST_REST_S, SLOW_RESTS * took_s)
        self.rests_until = at + max(self.feed.pace_s - took_s, rest_s)

    def tell(self, text: str | None) -> None:
        if text is not None:
            for outlet in self.followers:
                if outlet.ended is None:
                    outlet.put(text)


class Readers:
    """The threads of one hub: some for views that were quick last time, others for all the rest."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database.limited(LONGEST_READ)
        self._clock = clock
        self._quick = ThreadPoolExecutor(THREADS, "live")
        self._unproven = ThreadPoolExecutor(THREADS, "live-unproven")

    async def read(self, channel: Channel, read: Callable[[ReadSession, datetime], T]) -> T:
        """What `read` finds in one consistent sight of the store; `channel.turn` must be held."""
        loop = asyncio.get_running_loop()
        threads = self._quick if channel.is_proven else self._unproven
        took_s = LONGEST_READ.total_seconds()

        def timed() -> T:
            nonlocal took_s
            began = time.monotonic()  # in the thread: waiting for it says nothing about the view
            try:
                with self._database.read() as session:
                    scopes.bind(session, channel.scope)
                    return read(session, self._clock())
            finally:
                took_s = time.monotonic() - began

        try:
            return await loop.run_in_executor(threads, timed)
        finally:
            channel.rest(took_s, at=loop.time())

    def close(self) -> None:
        for threads in (self._quick, self._unproven):
            threads.shutdown(wait=False, cancel_futures=True)
