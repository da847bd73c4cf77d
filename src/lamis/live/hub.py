"""The hub: after each commit it reads every distinct view once and tells all who follow it."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.access.credentials import Credential, holder
from lamis.base.clock import utc_now
from lamis.base.errors import NotSignedIn, Unavailable
from lamis.base.log import logger
from lamis.base.scope import Actor
from lamis.live.channels import Channel, Readers
from lamis.live.feeds import Feed, feed_of
from lamis.live.messages import Subscribe, message
from lamis.live.outlet import Close, Outlet
from lamis.live.types import KINDS, Kind, View
from lamis.storage.bus import Bell
from lamis.storage.runtime import Runtime

_log = logger("live")
GATHER_S = 0.03  # commits that follow each other within this time are told together
CHECK_S = 5.0  # how soon a sign-in that ran out, or a commit without a bell, is noticed
AFTER_FAILURE_S = 1.0
LEAST_PACE_S = 5
PAGES_A_SECOND = 10


def _feed_of(view: View, signing: str) -> Feed:
    return feed_of(view, signing=signing)


class Hub:
    """All open sockets of this process. Its methods belong to one event loop; reading is done in threads.

    It runs while there is any socket. The reads of a view take turns with those who begin to follow it,
    so that they stand exactly where the view stands: nothing is told twice or left out.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        clock: Callable[[], datetime] = utc_now,
        make_feed: Callable[[View, str], Feed] = _feed_of,
    ) -> None:
        self._runtime = runtime
        self._clock = clock
        self._make_feed = make_feed
        self._outlets: set[Outlet] = set()
        self._channels: dict[View, Channel] = {}
        self._following: dict[tuple[Outlet, Kind], View] = {}
        self._running: _Running | None = None

    def join(self, outlet: Outlet) -> None:
        """Count an accepted socket in."""
        self._outlets.add(outlet)
        if self._running is None:
            self._running = _Running(self, self._runtime, Readers(self._runtime.database, self._clock))

    def leave(self, outlet: Outlet) -> None:
        """The socket is gone."""
        for kind in KINDS:
            self.unsubscribe(outlet, kind)
        self._outlets.discard(outlet)
        if not self._outlets and self._running is not None:
            self._running.stop()
            self._running = None

    def unsubscribe(self, outlet: Outlet, kind: Kind) -> None:
        view = self._following.pop((outlet, kind), None)
        if view is not None:
            self._channels[view].followers.discard(outlet)
            self._drop_unwanted(view)

    @property
    def pace_s(self) -> int:
        """How long a page waits between two fetches of its charts: all pages together ask PAGES_A_SECOND."""
        return max(LEAST_PACE_S, len(self._outlets) // PAGES_A_SECOND)

    def _drop_unwanted(self, view: View) -> None:
        if not self._channels[view].is_wanted:
            del self._channels[view]

    async def subscribe(self, outlet: Outlet, wanted: Subscribe, view: View) -> None:
        """Have `outlet` told of `view`, instead of what it followed of that kind.

        Raises Invalid for a filter or an `after` that cannot be read, Unavailable for a filter that takes
        too long; what it followed before then stays.
        """
        assert self._running is not None
        # A socket that goes away meanwhile must not keep what was read from those who stay.
        await asyncio.shield(self._running.loop.create_task(self._arrive(outlet, wanted, view)))

    async def _arrive(self, outlet: Outlet, wanted: Subscribe, view: View) -> None:
        assert self._running is not None
        readers = self._running.readers
        channel = self._channels.get(view)
        if channel is None:
            channel = self._channels[view] = Channel(
                self._make_feed(view, self._runtime.keys.signing), view.scope
            )

        def begin(session: Session, now: datetime) -> tuple[str | None, str | None]:
            first = channel.feed.first(session, wanted.after, now=now)
            return channel.feed.news(session, now=now), first

        channel.arriving += 1
        try:
            async with channel.turn:
                news, first = await readers.read(channel, begin)
                channel.tell(news)
                self._follow(outlet, channel, view)
                if first is not None and outlet in channel.followers:
                    outlet.put(first)
        finally:
            channel.arriving -= 1
            self._drop_unwanted(view)

    def _follow(self, outlet: Outlet, channel: Channel, view: View) -> None:
        self.unsubscribe(outlet, view.kind)
        if outlet in self._outlets:  # else it left while we read
            channel.followers.add(outlet)
            self._following[outlet, view.kind] = view
            outlet.put(message("subscribed", subscription=view.kind, format=view.format))

    def mark(self) -> None:
        """Something was committed: every feed is to be read once more."""
        for channel in self._channels.values():
            channel.is_due = True

    def start_reads(self, running: "_Running") -> float | None:
        """Begin to read what is due; returns after how many seconds a resting feed wants to be read."""
        at = running.loop.time()
        for channel in self._channels.values():
            if channel.is_resting and channel.rests_until <= at:
                channel.is_reading = True
                running.keep(running.loop.create_task(self._read(channel, running)))
        resting = [c.rests_until - at for c in self._channels.values() if c.is_resting]
        return max(0.0, min(resting)) if resting else None

    async def _read(self, channel: Channel, running: "_Running") -> None:
        try:
            async with channel.turn:
                channel.is_due = False  # before reading: a commit meanwhile makes it due again
                if channel.followers:
                    channel.tell(
                        await running.readers.read(channel, lambda s, now: channel.feed.news(s, now=now))
                    )
        except Exception as error:  # noqa: BLE001 -- the task's boundary: sockets must outlive a failed read
            channel.is_due = True
            channel.rests_until = max(channel.rests_until, running.loop.time() + AFTER_FAILURE_S)
            if isinstance(error, Unavailable):
                _log.warning("a view takes too long to follow", reason=error.message)
            else:
                _log.exception("a view could not be read")
        finally:
            channel.is_reading = False
            if channel.is_due:
                running.wake()

    async def end_those_over(self) -> None:
        """Ask every credential, so that nobody is told what they may no longer see."""
        credentials = {outlet.credential for outlet in self._outlets}
        held = await asyncio.to_thread(self._holders, credentials)
        for outlet in tuple(self._outlets):
            if outlet.credential in credentials:
                _end_where_over(outlet, held.get(outlet.credential))

    def _holders(self, credentials: Iterable[Credential]) -> dict[Credential, Actor]:
        """Who stands behind each credential; those that ended are left out."""
        now, found, signing = self._clock(), {}, self._runtime.keys.signing
        with self._runtime.database.read() as session:
            for credential in credentials:
                with suppress(NotSignedIn):
                    found[credential] = holder(session, credential, signing=signing, now=now)
        return found


def _end_where_over(outlet: Outlet, actor: Actor | None) -> None:
    """A socket shows what its person might see when it opened; when that changes it opens anew."""
    if actor is None:
        outlet.end(Close.NOT_SIGNED_IN)
    elif actor.scope != outlet.actor.scope or actor.roles != outlet.actor.roles:
        outlet.end(Close.NOT_ALLOWED)


class _Running:
    """The hub's task in its loop, its threads, and the bell that wakes it."""

    def __init__(self, hub: Hub, runtime: Runtime, readers: Readers) -> None:
        self.readers = readers
        self.loop = asyncio.get_running_loop()
        self._hub = hub
        self._woken = asyncio.Event()
        self._is_doubtful = False
        self._reads: set[asyncio.Task[None]] = set()
        self._unlisten = runtime.database.bus.listen(self._ring)
        self._task = self.loop.create_task(self._run())

    def stop(self) -> None:
        self._unlisten()
        self._task.cancel()
        self.readers.close()

    def keep(self, read: asyncio.Task[None]) -> None:
        """Hold a read that runs: the loop itself does not."""
        self._reads.add(read)
        read.add_done_callback(self._reads.discard)

    def wake(self) -> None:
        self._woken.set()

    def _ring(self, bell: Bell) -> None:
        """Called in the thread that committed."""
        try:
            self.loop.call_soon_threadsafe(self._heard, bell)
        except RuntimeError:  # the loop is closed, its sockets with it
            self._unlisten()

    def _heard(self, bell: Bell) -> None:
        self._is_doubtful |= bell is Bell.WRITTEN
        self._hub.mark()
        self.wake()

    async def _run(self) -> None:
        next_check, wait_s = self.loop.time() + CHECK_S, CHECK_S
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait_s)
            self._woken.clear()
            if self._is_doubtful or self.loop.time() >= next_check:
                if not await self._check():
                    wait_s = AFTER_FAILURE_S
                    continue
                next_check = self.loop.time() + CHECK_S
                self._hub.mark()  # the command line commits beside us and rings no bell here
            resting_s = self._hub.start_reads(self)
            await asyncio.sleep(GATHER_S)
            left_s = max(0.0, next_check - self.loop.time())
            wait_s = left_s if resting_s is None else min(left_s, resting_s)

    async def _check(self) -> bool:
        """Whether it is known that all who listen still may; until then nobody is told anything."""
        self._is_doubtful = False
        try:
            await self._hub.end_those_over()
        except Exception:  # noqa: BLE001 -- the task's boundary: sockets must outlive a failed read
            _log.exception("who may listen could not be asked")
            self._is_doubtful = True
            return False
        return True
