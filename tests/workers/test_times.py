"""The times of the contract, and clocks that are wrong: what is there is found in time, whatever they say."""

from datetime import timedelta

import pytest

from lamis.simulators.local import LocalIndexer
from tests.clock import NOON
from tests.workers.world import World, document, there

# A whole day of polls: one engine will do.
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


def go_on(world: World, *, seconds: int, step_s: int = 1) -> None:
    """Let the clock tick as the workers' own does, looking at each tick."""
    for _ in range(0, seconds, step_s):
        world.clock.forward(seconds=step_s)
        world.collector.look()


@pytest.mark.parametrize("poll_s", [1, 10, 300])
def test_what_is_fresh_is_stored_within_the_interval(
    world: World, indexer: LocalIndexer, poll_s: int
) -> None:
    world.connect(indexer, poll_s=poll_s)
    world.collector.look()
    for number in range(4):
        world.clock.forward(seconds=0.7)
        indexer.add(document(world.clock.now, number))
        go_on(world, seconds=poll_s + 2)
        assert world.stored() == there(indexer)


@pytest.mark.parametrize("poll_s", [1, 10, 300])
@pytest.mark.parametrize(
    "age", [timedelta(seconds=59), timedelta(minutes=7), timedelta(hours=23, minutes=59)]
)
def test_what_is_late_is_found_within_ten_minutes(
    world: World, indexer: LocalIndexer, age: timedelta, poll_s: int
) -> None:
    world.connect(indexer, poll_s=poll_s)
    go_on(world, seconds=1800, step_s=60)
    indexer.add(document(world.clock.now - age, 1))
    go_on(world, seconds=600, step_s=20)
    assert world.stored() == there(indexer)


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(days=6, hours=20)])
def test_what_is_older_is_found_within_a_day(world: World, indexer: LocalIndexer, age: timedelta) -> None:
    world.connect(indexer, poll_s=60, backfill="7d")
    for hours in range(0, 160, 3):
        indexer.add(document(NOON - timedelta(hours=hours), hours))
    go_on(world, seconds=1200, step_s=60)
    indexer.add(document(world.clock.now - age, 999))
    go_on(world, seconds=86_400, step_s=1_800)
    assert world.stored() == there(indexer)


@pytest.mark.parametrize("back", [timedelta(seconds=5), timedelta(minutes=4), timedelta(hours=20)])
def test_a_clock_that_goes_back_stops_nothing(world: World, indexer: LocalIndexer, back: timedelta) -> None:
    source = world.connect(indexer)
    go_on(world, seconds=60, step_s=5)
    world.clock.now -= back
    for number in range(3):
        indexer.add(document(world.clock.now, number))
        go_on(world, seconds=12)
        assert world.stored() == there(indexer)
    late = world.clock.now - timedelta(hours=2)
    indexer.add(document(late, 99))
    go_on(world, seconds=600, step_s=20)
    assert world.stored() == there(indexer)
    assert world.ledger(source).is_complete


def test_a_clock_that_goes_back_does_not_make_the_source_hammered(
    world: World, indexer: LocalIndexer
) -> None:
    world.connect(indexer)
    go_on(world, seconds=60, step_s=5)
    world.clock.now -= timedelta(hours=1)
    before = len(indexer.requests)
    go_on(world, seconds=60)
    assert 6 <= len(indexer.requests) - before <= 20


def test_a_clock_that_leaps_ahead_loses_nothing(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    go_on(world, seconds=30, step_s=5)
    true_now = world.clock.now
    world.clock.forward(days=40)
    go_on(world, seconds=30, step_s=5)
    world.clock.now = true_now
    for number in range(3):
        indexer.add(document(world.clock.now, number))
        go_on(world, seconds=12)
        assert world.stored() == there(indexer)
    assert world.ledger(source).is_complete


def test_a_source_whose_clock_is_ahead_is_read_in_time(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    go_on(world, seconds=30, step_s=5)
    for number in range(30):
        indexer.add(document(world.clock.now + timedelta(minutes=7), number))
        go_on(world, seconds=12, step_s=4)
        assert world.stored() == there(indexer)
    go_on(world, seconds=900, step_s=10)
    assert world.ledger(source).is_complete
    assert world.ledger(source).here == 30
