"""A slow view delays nobody but its own followers."""

import asyncio
import threading
import time
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.access.credentials import Credential
from lamis.base.clock import utc_now
from lamis.base.errors import Unavailable
from lamis.base.scope import Actor, Scope
from lamis.live.channels import LONGEST_REST_S, SLOW_S, THREADS, Channel, Readers
from lamis.live.feeds import Feed, feed_of
from lamis.live.hub import Hub
from lamis.live.messages import Subscribe
from lamis.live.outlet import Outlet
from lamis.live.types import View
from tests.live.house import House
from tests.live.test_hub_many import run, until
from tests.live.test_outlet import Line, for_ever, opened

PLAIN = View("alerts", Scope(None))


class StuckFeed:
    """Answers the first one at once, and news only after `can_go`."""

    pace_s = 0.0

    def __init__(self, can_go: threading.Event) -> None:
        self.can_go = can_go

    def first(self, session: Session, after: str | None, *, now: datetime) -> str | None:
        return None

    def news(self, session: Session, *, now: datetime) -> str | None:
        self.can_go.wait(30)
        return "late"


class Company:
    """A hub and sockets of the operator, each with the line that keeps what it was sent."""

    def __init__(self, house: House, hub: Hub) -> None:
        self.house, self.hub = house, hub
        self.outlets: list[Outlet] = []
        self.serving: list[asyncio.Task[None]] = []

    async def socket(self, view: View) -> Line:
        line = Line()
        outlet = await opened(line)
        outlet.credential = Credential("token", self.house.token("olga"))
        outlet.actor = Actor(self.house.ids["olga"], "olga", is_operator=True)
        self.hub.join(outlet)
        self.outlets.append(outlet)
        self.serving.append(asyncio.create_task(outlet.serve(asyncio.create_task(for_ever()))))
        await self.hub.subscribe(outlet, Subscribe("alerts"), view)
        return line

    async def end(self) -> None:
        for outlet in self.outlets:
            self.hub.leave(outlet)
        for task in self.serving:
            task.cancel()
        await asyncio.wait(self.serving)


def heard(line: Line) -> int:
    """Messages after the accept."""
    return len(line.sent) - 1


def test_views_that_hang_delay_no_other(house: House) -> None:
    can_go = threading.Event()
    stuck = [View("alerts", Scope(None), (("rule", (str(n),)),)) for n in range(THREADS)]

    def make_feed(view: View, signing: str) -> Feed:
        return StuckFeed(can_go) if view in stuck else feed_of(view, signing=signing)

    async def story() -> None:
        hub = Hub(house.runtime, make_feed=make_feed)
        company = Company(house, hub)
        line = await company.socket(PLAIN)
        await until(lambda: heard(line) == 2)
        slow = [asyncio.create_task(company.socket(view)) for view in stuck]
        for told in range(3, 6):
            await asyncio.to_thread(house.store)
            await until(lambda told=told: heard(line) == told)
        assert not any(task.done() for task in slow)
        can_go.set()
        await asyncio.gather(*slow)
        await company.end()

    run(story)


def test_a_view_that_begins_to_hang_delays_no_other(house: House) -> None:
    can_go = threading.Event()
    stuck = View("alerts", Scope(None), (("rule", ("1",)),))
    can_go.set()

    def make_feed(view: View, signing: str) -> Feed:
        return StuckFeed(can_go) if view == stuck else feed_of(view, signing=signing)

    async def story() -> None:
        hub = Hub(house.runtime, make_feed=make_feed)
        company = Company(house, hub)
        late, line = await company.socket(stuck), await company.socket(PLAIN)
        await until(lambda: heard(line) == 2 and heard(late) == 1)
        can_go.clear()
        for told in range(3, 6):
            await asyncio.to_thread(house.store)
            await until(lambda told=told: heard(line) == told)
        assert heard(late) == 1
        can_go.set()
        await until(lambda: heard(late) >= 2)
        await company.end()

    run(story)


def test_whoever_leaves_while_a_view_is_read_takes_nothing_from_those_who_stay(house: House) -> None:
    async def story() -> None:
        hub = Hub(house.runtime)
        company = Company(house, hub)
        line = await company.socket(PLAIN)
        await until(lambda: heard(line) == 2)
        impatient = [asyncio.create_task(company.socket(PLAIN)) for _ in range(20)]
        store = asyncio.create_task(asyncio.to_thread(house.store))
        await asyncio.sleep(0)
        for task in impatient:
            task.cancel()
        await asyncio.wait([*impatient, store])
        await until(lambda: heard(line) == 3)
        await company.end()

    run(story)


@pytest.mark.slow
def test_a_read_that_takes_too_long_is_ended(house: House) -> None:
    def endless(session: Session, _now: datetime) -> object:
        counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        return session.execute(text(counting)).scalar()

    async def story() -> float:
        readers, channel = Readers(house.database, utc_now), Channel(feed_of(PLAIN, signing="s"), PLAIN.scope)
        with pytest.raises(Unavailable):
            await readers.read(channel, endless)
        readers.close()
        assert not channel.is_proven
        return channel.rests_until - asyncio.get_running_loop().time()

    began = time.monotonic()
    rest_s = run(story)
    assert 0 < rest_s <= LONGEST_REST_S
    assert time.monotonic() - began > SLOW_S


def test_a_slow_view_is_read_more_rarely_than_a_quick_one() -> None:
    slow, quick = (Channel(feed_of(PLAIN, signing="s"), PLAIN.scope) for _ in range(2))
    slow.rest(2, at=100)
    quick.rest(0.01, at=100)
    assert (slow.is_proven, quick.is_proven) == (False, True)
    assert slow.rests_until == 120
    assert quick.rests_until == pytest.approx(100.01)
    slow.rest(60, at=100)
    assert slow.rests_until == 100 + LONGEST_REST_S


def test_counts_keep_their_pace_however_quick() -> None:
    counts = Channel(feed_of(View("stats", Scope(None)), signing="s"), Scope(None))
    counts.rest(0.2, at=100)
    assert counts.rests_until == pytest.approx(100.8)
