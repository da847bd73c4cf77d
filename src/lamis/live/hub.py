"""The hub: after each commit it reads every distinct view once and tells all who follow it."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from lamis.access.credentials import Credential, holder
from lamis.base.clock import utc_now
from lamis.base.errors import NotSignedIn
from lamis.base.log import logger
from lamis.base.scope import Actor
from lamis.live.feeds import Feed, feed_of
from lamis.live.messages import Subscribe, message
from lamis.live.outlet import Close, Outlet
from lamis.live.types import Kind, View
from lamis.storage.bus import Bell
from lamis.storage.runtime import Runtime

_log = logger("live")
GATHER_S = 0.03  # commits that follow each other within this time are told together
CHECK_S = 5.0  # how soon a sign-in that ran out is noticed; one that was ended, at once
AFTER_FAILURE_S = 1.0


@dataclass(slots=True)
class _Channel:
    """A feed, who follows it, and the loop's time before which it is not read again."""

    feed: Feed
    followers: set[Outlet] = field(default_factory=set)
    rests_until: float = 0
    is_due: bool = False


class Hub:
    """All open sockets of this process. Its methods belong to one event loop; reading is done in threads.

    It runs while there is any socket. Rounds and subscriptions take turns, so that whoever begins to
    follow a view stands exactly where the view stands: nothing is told twice or left out.
    """

    def __init__(self, runtime: Runtime, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._runtime = runtime
        self._clock = clock
        self._outlets: set[Outlet] = set()
        self._channels: dict[View, _Channel] = {}
        self._following: dict[tuple[Outlet, Kind], View] = {}
        self._running: _Running | None = None

    def join(self, outlet: Outlet) -> None:
        """Count an accepted socket in."""
        self._outlets.add(outlet)
        if self._running is None:
            self._running = _Running(self)

    def leave(self, outlet: Outlet) -> None:
        """The socket is gone."""
        self.unsubscribe(outlet, "alerts")
        self.unsubscribe(outlet, "stats")
        self._outlets.discard(outlet)
        if not self._outlets and self._running is not None:
            self._running.stop()
            self._running = None

    def unsubscribe(self, outlet: Outlet, kind: Kind) -> None:
        view = self._following.pop((outlet, kind), None)
        if view is None:
            return
        channel = self._channels[view]
        channel.followers.discard(outlet)
        if not channel.followers:
            del self._channels[view]

    async def subscribe(self, outlet: Outlet, wanted: Subscribe, view: View) -> None:
        """Have `outlet` told of `view`, instead of what it followed of that kind.

        Raises Invalid for a filter or an `after` that cannot be read; what it followed before then stays.
        """
        assert self._running is not None
        async with self._running.turn:
            channel = self._channels.get(view) or _Channel(feed_of(view, signing=self._signing))
            news, first = await asyncio.to_thread(self._begin, channel, wanted)
            _tell(channel, news)
            self.unsubscribe(outlet, view.kind)
            if outlet not in self._outlets:  # it left while we read
                return
            self._channels.setdefault(view, channel).followers.add(outlet)
            self._following[outlet, view.kind] = view
            outlet.put(message("subscribed", subscription=view.kind, format=view.format))
            if first is not None:
                outlet.put(first)

    def _begin(self, channel: _Channel, wanted: Subscribe) -> tuple[str | None, str | None]:
        """One consistent sight for those who follow already and the one who begins."""
        now = self._clock()
        with self._runtime.database.read() as session:
            first = channel.feed.first(session, wanted.after, now=now)
            return channel.feed.news(session, now=now), first

    async def round(self, *, is_doubtful: bool) -> float | None:
        """Tell everybody what is new; returns after how many seconds a resting feed wants another round.

        `is_doubtful` has every credential asked first, so that nobody is told what they may no longer see.
        """
        if is_doubtful:
            credentials = {outlet.credential for outlet in self._outlets}
            held = await asyncio.to_thread(self._holders, credentials)
            for outlet in tuple(self._outlets):
                _end_where_over(outlet, held.get(outlet.credential))
        at = asyncio.get_running_loop().time()
        due = [c for c in self._channels.values() if c.is_due and c.rests_until <= at]
        for channel in due:
            channel.is_due = False  # before reading: a commit meanwhile makes it due again
            channel.rests_until = at + channel.feed.pace_s
        for channel, text in zip(due, await asyncio.to_thread(self._read, due) if due else [], strict=True):
            _tell(channel, text)
        return min((c.rests_until - at for c in self._channels.values() if c.is_due), default=None)

    def mark(self) -> None:
        """Something was committed: every feed is to be read once more."""
        for channel in self._channels.values():
            channel.is_due = True

    @property
    def runtime(self) -> Runtime:
        return self._runtime

    @property
    def _signing(self) -> str:
        return self._runtime.keys.signing

    def _read(self, channels: Iterable[_Channel]) -> list[str | None]:
        now = self._clock()
        with self._runtime.database.read() as session:
            return [channel.feed.news(session, now=now) for channel in channels]

    def _holders(self, credentials: Iterable[Credential]) -> dict[Credential, Actor]:
        """Who stands behind each credential; those that ended are left out."""
        now, found = self._clock(), {}
        with self._runtime.database.read() as session:
            for credential in credentials:
                try:
                    found[credential] = holder(session, credential, signing=self._signing, now=now)
                except NotSignedIn:
                    continue
        return found


def _tell(channel: _Channel, text: str | None) -> None:
    if text is not None:
        for outlet in channel.followers:
            if outlet.ended is None:
                outlet.put(text)


def _end_where_over(outlet: Outlet, actor: Actor | None) -> None:
    """A socket shows what its person might see when it opened; when that changes it opens anew."""
    if actor is None:
        outlet.end(Close.NOT_SIGNED_IN)
    elif actor.scope != outlet.actor.scope or actor.roles != outlet.actor.roles:
        outlet.end(Close.NOT_ALLOWED)


class _Running:
    """The hub's task in its loop, and the bell that wakes it."""

    def __init__(self, hub: Hub) -> None:
        self.turn = asyncio.Lock()
        self._hub = hub
        self._woken = asyncio.Event()
        self._is_doubtful = False
        self._loop = asyncio.get_running_loop()
        self._unlisten = hub.runtime.database.bus.listen(self._ring)
        self._task = self._loop.create_task(self._run())

    def stop(self) -> None:
        self._unlisten()
        self._task.cancel()

    def _ring(self, bell: Bell) -> None:
        """Called in the thread that committed."""
        try:
            self._loop.call_soon_threadsafe(self._wake, bell)
        except RuntimeError:  # the loop is closed, its sockets with it
            self._unlisten()

    def _wake(self, bell: Bell) -> None:
        self._is_doubtful |= bell is Bell.WRITTEN
        self._hub.mark()
        self._woken.set()

    async def _run(self) -> None:
        next_check, wait_s = self._loop.time() + CHECK_S, CHECK_S
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait_s)
            self._woken.clear()
            is_doubtful, self._is_doubtful = self._is_doubtful or self._loop.time() >= next_check, False
            try:
                async with self.turn:
                    resting_s = await self._hub.round(is_doubtful=is_doubtful)
            except Exception:  # noqa: BLE001 -- the task's boundary: sockets must outlive a failed read
                _log.exception("a round failed")
                self._hub.mark()
                self._is_doubtful, resting_s = True, AFTER_FAILURE_S
            if is_doubtful:
                next_check = self._loop.time() + CHECK_S
            await asyncio.sleep(GATHER_S)
            left_s = max(0.0, next_check - self._loop.time())
            wait_s = left_s if resting_s is None else min(left_s, resting_s)
