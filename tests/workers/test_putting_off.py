"""Windows whose own reading fails rest alone and shortly, and a source that is well again is read at once."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from lamis.base.clock import to_ms
from lamis.base.errors import BadAnswer, ConnectorError, Refused, Unreachable
from lamis.connections import claims
from lamis.connections.types import HIGHEST, LOWEST, Page, Span, TestCode
from lamis.connectors.registry import manifest
from lamis.connectors.types import Manifest
from lamis.connectors.wazuh.source import WazuhAlerts
from lamis.simulators.local import LocalIndexer
from lamis.workers.collect import failed
from lamis.workers.collector import Collector
from tests.clock import NOON
from tests.workers.world import World, document, there

# Minutes of polls: one engine will do.
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
HALF = BadAnswer("It ended its answer half way.", code=TestCode.UNEXPECTED_ANSWER)
MAPPED = BadAnswer("Look at the mapping.", code=TestCode.UNEXPECTED_ANSWER, permanent=True)
BUSY = Refused("It is too busy.", code=TestCode.BUSY)
SLOW = Unreachable("It did not finish its answer.", code=TestCode.TIMEOUT)


@dataclass
class Mood:
    """Which moments cannot be read just now, and how that shows; `tries` are the failed readings."""

    error: ConnectorError = HALF
    stuck: set[datetime] = field(default_factory=set)
    tries: int = 0
    is_late: bool = False  # it shows after the pages

    def look(self, span: Span) -> None:
        begin, end = span.from_ms or LOWEST, span.to_ms or HIGHEST
        if not span.undated and any(begin <= to_ms(at) < end for at in self.stuck):
            self.tries += 1
            raise self.error


@pytest.fixture
def mood(world: World) -> Mood:
    """Every source of the world is read by arms of this mood; counting always works."""
    mood = Mood()

    class Moody(WazuhAlerts):
        def read(self, span: Span, *, size: int) -> Iterator[Page]:
            if mood.is_late:
                yield from super().read(span, size=size)
            mood.look(span)
            yield from super().read(span, size=size)

    def moody(kind: str) -> Manifest:
        return replace(manifest(kind), open_alerts=Moody)

    world.collector.close()
    world.collector = Collector(
        world.runtime, clock=world.clock, measure=lambda _path: world.usage, manifest_of=moody
    )
    world.collector._dice = random.Random(7)
    return mood


def fill(indexer: LocalIndexer, *, hours: range) -> list[datetime]:
    """One document in every hour, their moments newest first."""
    moments = [NOON - timedelta(hours=hour, minutes=30) for hour in hours]
    for number, moment in enumerate(moments):
        indexer.add(document(moment, number))
    return moments


def go_on(world: World, *, seconds: int, step_s: int = 1) -> None:
    """Let the clock tick as the workers' own does, looking at each tick."""
    for _ in range(0, seconds, step_s):
        world.clock.forward(seconds=step_s)
        world.collector.look()


def waits_until(world: World, done: Callable[[], bool], *, at_most_s: int) -> int:
    """How many seconds of the world's clock went by until `done`."""
    for second in range(0, at_most_s, 2):
        if done():
            return second
        go_on(world, seconds=2, step_s=2)
    raise AssertionError(f"not done after {at_most_s} s")


def test_one_bad_answer_puts_hours_off_for_seconds_however_often_they_were_counted(
    world: World, indexer: LocalIndexer, mood: Mood
) -> None:
    moments = fill(indexer, hours=range(2, 12))
    mood.stuck |= set(moments)
    mood.error = Unreachable("It cannot be reached.", code=TestCode.UNREACHABLE)
    source = world.connect(indexer)
    for _ in range(12):
        world.poll(seconds=61)
    counted = [tile for tile in world.tiles(source) if tile.there and not tile.read_there]
    assert counted
    mood.error = HALF
    world.poll()
    mood.stuck.clear()
    assert waits_until(world, lambda: world.stored() == there(indexer), at_most_s=60) <= 20


def test_the_first_hour_that_can_be_read_again_brings_the_others(
    world: World, indexer: LocalIndexer, mood: Mood
) -> None:
    moments = fill(indexer, hours=range(2, 22, 2))
    mood.stuck |= set(moments)
    world.connect(indexer)
    go_on(world, seconds=240, step_s=4)
    assert world.stored() == set()
    mood.stuck.clear()
    waits_until(world, lambda: bool(world.stored()), at_most_s=140)
    go_on(world, seconds=2)
    assert world.stored() == there(indexer)


@pytest.mark.parametrize("error", [HALF, MAPPED, BUSY, SLOW], ids=["half", "mapped", "busy", "slow"])
def test_hours_that_cannot_be_read_take_few_requests_and_delay_nothing(
    world: World, indexer: LocalIndexer, mood: Mood, error: ConnectorError
) -> None:
    moments = fill(indexer, hours=range(2, 24))
    mood.error, mood.stuck = error, set(moments[::4])
    readable = len(moments) - len(mood.stuck)
    source = world.connect(indexer)
    waits_until(world, lambda: len(world.stored()) == readable, at_most_s=600)
    go_on(world, seconds=60, step_s=4)
    tries, began = mood.tries, world.clock.now
    for number in range(4):
        indexer.add(document(world.clock.now, 100 + number))
        go_on(world, seconds=12, step_s=2)
        assert len(world.stored()) == readable + number + 1
    row = world.connection(source)
    assert (row.failures, row.error_code) == (0, None)
    assert row.health["window_error"] == f"branch: some hours cannot be read. {error.message}"
    go_on(world, seconds=96, step_s=4)
    minutes = (world.clock.now - began) / timedelta(minutes=1)
    assert mood.tries - tries <= 20 * minutes, "about ten a minute"
    mood.stuck.clear()
    world.poll()
    go_on(world, seconds=2)
    assert world.stored() == there(indexer)


def test_what_is_new_is_read_before_old_hours_that_overload_the_source(
    world: World, indexer: LocalIndexer, mood: Mood
) -> None:
    mood.error = BUSY
    mood.stuck |= set(fill(indexer, hours=range(2, 6)))
    world.connect(indexer, poll_s=300)
    waits_until(world, lambda: mood.tries > 0, at_most_s=6)
    for minutes in range(2):
        indexer.add(document(None, 100 + minutes))
        indexer.add(document(world.clock.now, 200 + minutes))
        go_on(world, seconds=310, step_s=10)
        assert len(world.stored()) == 2 * minutes + 2


def test_what_a_source_asks_to_wait_is_waited_where_only_old_hours_are_refused(
    world: World, indexer: LocalIndexer, mood: Mood
) -> None:
    moments = fill(indexer, hours=range(2, 12))
    mood.stuck |= set(moments)
    mood.error = Refused("It is too busy.", code=TestCode.BUSY, retry_after=timedelta(seconds=50))
    world.connect(indexer)
    waits_until(world, lambda: mood.tries > 0, at_most_s=5)
    asked, tries = len(indexer.requests), mood.tries
    go_on(world, seconds=46, step_s=2)
    assert (len(indexer.requests), mood.tries) == (asked, tries)
    go_on(world, seconds=8)
    assert len(indexer.requests) > asked


def test_a_source_that_was_away_is_read_at_once_where_it_had_failed(
    world: World, indexer: LocalIndexer, mood: Mood
) -> None:
    moments = fill(indexer, hours=range(2, 24))
    mood.stuck |= set(moments)
    source = world.connect(indexer)
    go_on(world, seconds=100, step_s=4)
    indexer.stop()
    go_on(world, seconds=24, step_s=4)
    assert world.connection(source).failures
    indexer.start()
    mood.stuck.clear()
    waits_until(world, lambda: not world.connection(source).failures, at_most_s=70)
    go_on(world, seconds=2)
    assert world.stored() == there(indexer)


def test_a_failure_after_a_good_poll_is_the_first_in_a_row(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    with world.database.write() as session:
        claim = claims.claim_next(session, now=world.clock())
    assert claim is not None
    claim.connection.failures = 9
    claim.connection.failing_since_ms = 1
    now_ms = to_ms(world.clock())

    def left(polled_ms: int | None, *, is_first: bool) -> dict[str, object]:
        dice = random.Random(1)
        return failed(claim, HALF, now_ms=now_ms, dice=dice, polled_ms=polled_ms, is_first=is_first).values

    again = left(None, is_first=False)
    assert (again["failures"], again["failing_since_ms"]) == (10, 1)
    assert "last_good_ms" not in again
    good = left(now_ms - 5, is_first=True)
    assert (good["failures"], good["failing_since_ms"], good["last_good_ms"]) == (1, now_ms, now_ms - 5)
    assert source == claim.connection.id


def test_a_source_that_brought_something_new_before_it_failed_is_asked_again_at_once(
    world: World, indexer: LocalIndexer, mood: Mood
) -> None:
    """A poll of many pages may never end where some answers are bad; what brings pages is well enough."""
    source = world.connect(indexer)
    mood.is_late = True
    for number in range(4):
        mood.stuck.add(world.clock.now)
        indexer.add(document(world.clock.now, number))
        world.poll()
        assert world.stored() == there(indexer)
        assert (world.connection(source).error_code, world.connection(source).failures) == (HALF.code, 1)
    world.poll()
    assert world.connection(source).failures == 2, "nothing new came"
