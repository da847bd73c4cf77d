"""Whatever happens to a source, its axis stays covered and every document ends stored and counted once."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamis.base.clock import DAY_MS, HOUR_MS
from lamis.connections import tiling
from lamis.connections.types import HIGHEST, LOWEST, WindowState
from tests.connections.axis import Axis

NOW = 1_800_000_123_456
SECOND, MINUTE = 1000, 60_000

Event = Callable[[Axis], None]


def _arrive(back_ms: int, again: bool) -> Event:
    return lambda axis: axis.arrive(axis.now_ms - back_ms, again=again)


def _arrive_at(time_ms: int | None) -> Event:
    return lambda axis: axis.arrive(time_ms)


def _poll(after_ms: int, works: bool) -> Event:
    """A poll some time later (or earlier: clocks are set back); not `works`: the source does not answer."""

    def poll(axis: Axis) -> None:
        axis.now_ms += after_ms
        axis.cut()
        if works:
            axis.work([tile for tile in axis.asked if tile.next_check_ms <= axis.now_ms or tile.is_open])

    return poll


def _reach_back(backfill: str) -> Event:
    def reach(axis: Axis) -> None:
        axis.apply(tiling.reach_back(axis.dated[0], backfill=backfill, now_ms=axis.now_ms))

    return reach


def _forget(days: int) -> Event:
    def forget(axis: Axis) -> None:
        before_ms = axis.now_ms - days * DAY_MS
        ended = [tile for tile in axis.dated if tile.to_ms <= before_ms]
        axis.apply(tiling.forget_before(ended, before_ms=before_ms))

    return forget


def _split(number: int) -> Event:
    def split(axis: Axis) -> None:
        counted = [tile for tile in axis.dated if tile.there and not tile.is_open]
        if counted and (one := counted[number % len(counted)]).to_ms - one.from_ms > 1:
            axis.apply(tiling.split(one))

    return split


BACK = st.one_of(st.integers(-HOUR_MS, 2 * MINUTE), st.integers(0, 2 * DAY_MS), st.integers(0, 20 * DAY_MS))
FAR = st.sampled_from([None, 0, -5, -62_135_596_800_000, 253_402_300_799_999, LOWEST, HIGHEST - 1])
AFTER = st.one_of(
    st.integers(1, 20 * SECOND),
    st.integers(1, 10 * MINUTE),
    st.integers(0, 3 * DAY_MS),
    st.integers(0, 12 * DAY_MS),
    st.integers(-2 * HOUR_MS, 0),
)
EVENTS = st.one_of(
    st.builds(_arrive, BACK, st.booleans()),
    st.builds(_arrive_at, FAR),
    st.builds(_poll, AFTER, st.just(True)),
    st.builds(_poll, AFTER, st.booleans()),
    st.builds(_reach_back, st.sampled_from(["24h", "7d", "all"])),
    st.builds(_forget, st.integers(1, 10)),
    st.builds(_split, st.integers(0, 50)),
)
ORIGINS = st.builds(
    Axis,
    st.one_of(st.just(NOW), st.just(NOW - NOW % HOUR_MS), st.integers(0, 4_000_000_000_000)),
    st.sampled_from(["24h", "7d", "all"]),
)


@pytest.mark.slow
@settings(max_examples=150)
@given(axis=ORIGINS, history=st.lists(EVENTS, max_size=25))
def test_any_history_keeps_the_axis_covered_and_ends_balanced(axis: Axis, history: list[Event]) -> None:
    for event in history:
        event(axis)
    axis.settle()
    axis.assert_balanced()


@pytest.mark.slow
@settings(max_examples=50)
@given(back=st.lists(st.integers(0, 3 * HOUR_MS), max_size=30), steps=st.lists(AFTER, max_size=10))
def test_joining_keeps_every_sum_and_touches_nothing_pending(back: list[int], steps: list[int]) -> None:
    axis = Axis(NOW)
    for ms in back:
        axis.arrive(NOW - ms, again=ms % 5 == 0)
    for step in steps:
        _poll(step, works=step % 3 != 0)(axis)
        pending = {tile for tile in axis.dated if tile.state is not WindowState.COMPLETE}
        sums = _sums(axis)
        for change in tiling.joined(axis.dated, now_ms=axis.now_ms + 2 * HOUR_MS):
            axis.apply(change)
        assert _sums(axis) == sums
        assert pending <= set(axis.dated)


def _sums(axis: Axis) -> tuple[int, int, int, int]:
    tiles = axis.dated
    return (
        sum(tile.there or 0 for tile in tiles),
        sum(tile.here for tile in tiles),
        sum(tile.refused for tile in tiles),
        sum(tile.unreadable for tile in tiles),
    )
