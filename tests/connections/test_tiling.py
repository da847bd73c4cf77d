"""Windows: whatever polls, joins, splits and reads happen, the axis stays covered and the sums exact."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamis.base.clock import DAY_MS, HOUR_MS
from lamis.connections import tiling
from lamis.connections.tiles import Change, Tally, Tile
from lamis.connections.types import HIGHEST, LOWEST, Count, WindowState

NOON = 1_772_452_800_000


class Axis:
    """Windows as the store keeps them, in memory."""

    def __init__(self, tiles: list[Tile]) -> None:
        self.next_key = 1
        self.tiles: dict[int, Tile] = {}
        self.apply(Change(new=tuple(tiles)))

    def apply(self, change: Change) -> None:
        for key in change.gone:
            del self.tiles[key]
        for tile in change.new:
            self.tiles[self.next_key] = replace(tile, key=self.next_key)
            self.next_key += 1
        assert tiling.is_tiled(self.tiles.values())

    @property
    def dated(self) -> list[Tile]:
        return sorted((one for one in self.tiles.values() if not one.undated), key=lambda one: one.from_ms)

    def total(self) -> int:
        return sum(tile.kept for tile in self.tiles.values())


def settle(axis: Axis, key: int, seen: int, now_ms: int) -> None:
    tile = tiling.counted(axis.tiles[key], Count(seen), now_ms=now_ms)
    if tiling.needs_reading(tile):
        tile = tiling.finished(tile, Tally(new=seen), now_ms=now_ms)
    axis.tiles[key] = tile


steps = st.lists(
    st.tuples(
        st.sampled_from(["poll", "read", "join", "split", "hours", "reach", "forget"]), st.integers(0, 10**6)
    ),
    max_size=60,
)


@pytest.mark.slow
@settings(max_examples=150)
@given(st.sampled_from(["24h", "7d", "all"]), steps)
def test_any_history_keeps_the_axis_covered(backfill: str, history: list[tuple[str, int]]) -> None:
    now_ms = NOON + 1234
    axis = Axis(tiling.first_tiles(backfill=backfill, now_ms=now_ms))
    assert tiling.is_tiled(axis.tiles.values())
    for verb, number in history:
        before = axis.total()
        pick = axis.dated[number % len(axis.dated)]
        assert pick.key is not None
        if verb == "poll":
            now_ms += number % (3 * HOUR_MS) - HOUR_MS // 10
            axis.apply(tiling.cut_future(axis.dated[-1], axis.dated[-2], now_ms=now_ms))
            assert axis.dated[-1].to_ms == HIGHEST
        elif verb == "read":
            settle(axis, pick.key, number % 7, now_ms)
        elif verb == "join":
            for change in tiling.joined(axis.dated, now_ms=now_ms):
                axis.apply(change)
            assert axis.total() == before
        elif verb == "split" and pick.to_ms - pick.from_ms > 1:
            axis.tiles[pick.key] = replace(pick, there=number)
            axis.apply(tiling.split(axis.tiles[pick.key], bounds=(now_ms - number, now_ms + number)))
        elif verb == "hours" and pick.is_wide:
            first = max(pick.from_ms, NOON - 400 * DAY_MS)
            hours = {first - first % HOUR_MS + step * HOUR_MS: Tally(new=1) for step in range(number % 5)}
            fitting = {h: t for h, t in hours.items() if h < pick.to_ms and h + HOUR_MS > pick.from_ms}
            axis.apply(tiling.by_hours(pick, fitting, now_ms=now_ms))
        elif verb == "reach":
            oldest = axis.dated[0]
            axis.apply(tiling.reach_back(oldest, backfill=["24h", "7d", "all"][number % 3], now_ms=now_ms))
        elif verb == "forget":
            axis.apply(tiling.forget_before(axis.dated[:-1], before_ms=now_ms - number * 100))


def test_the_first_windows_reach_as_far_as_asked() -> None:
    day, week, everything = (
        tiling.first_tiles(backfill=asked, now_ms=NOON + 1) for asked in ("24h", "7d", "all")
    )
    assert [len(one) for one in (day, week, everything)] == [28, 29, 28]
    assert [one.state for one in day if one.from_ms == LOWEST and not one.undated] == [WindowState.NOT_ASKED]
    assert all(one.state is WindowState.DUE for one in everything)
    assert min(one.from_ms for one in week if one.from_ms > LOWEST) == NOON - 7 * DAY_MS


def test_a_window_that_was_never_counted_grows_instead_of_another_being_made() -> None:
    future = Tile(NOON + 5, HIGHEST, key=2)
    last = Tile(NOON, NOON + 5, key=1)
    change = tiling.cut_future(future, last, now_ms=NOON + 9)
    assert change.gone == (2, 1)
    assert [(one.from_ms, one.to_ms) for one in change.new] == [(NOON, NOON + 9), (NOON + 9, HIGHEST)]


def test_a_clock_that_went_back_cuts_nothing() -> None:
    assert tiling.cut_future(Tile(NOON, HIGHEST, key=1), None, now_ms=NOON - 1) == Change()


def complete(start: int, end: int, n: int, key: int) -> Tile:
    return Tile(start, end, WindowState.COMPLETE, n, n, n, checks=1, checked_ms=end, key=key)


def test_only_settled_neighbours_are_joined() -> None:
    five = 5 * 60_000
    tiles = [complete(NOON + step * 10_000, NOON + (step + 1) * 10_000, 2, step + 1) for step in range(30)]
    assert tiling.joined(tiles, now_ms=NOON + five + 119_000) == []
    (change,) = tiling.joined(tiles, now_ms=NOON + five + 120_000)
    assert (len(change.gone), change.new[0].kept) == (30, 60)
    broken = [replace(one, state=WindowState.DUE) if one.key == 15 else one for one in tiles]
    left, right = tiling.joined(broken, now_ms=NOON + five + 120_000)
    assert (len(left.gone), len(right.gone)) == (14, 15)


def test_large_neighbours_stay_apart() -> None:
    tiles = [complete(NOON + step * 60_000, NOON + (step + 1) * 60_000, 3000, step + 1) for step in range(4)]
    assert tiling.joined(tiles, now_ms=NOON + DAY_MS) == []


def test_what_differs_is_read_together_with_its_neighbours_as_bridges() -> None:
    same = complete(NOON, NOON + 10, 4, 2)
    differs = [Tile(NOON - 10, NOON, there=3, key=1), same, Tile(NOON + 10, NOON + 20, there=1, key=3)]
    undated = Tile(LOWEST, HIGHEST, there=2, undated=True, key=4)
    groups = tiling.groups([*differs, undated])
    assert [[one.key for one in group] for group in groups] == [[3, 2, 1], [4]]
    assert tiling.groups([same]) == []
    far = Tile(NOON + 500, NOON + 600, there=9, key=5)
    assert [[one.key for one in group] for group in tiling.groups([far, differs[0]])] == [[5], [1]]


def test_a_count_that_did_not_change_is_not_read_again() -> None:
    tile = complete(NOON, NOON + 10, 4, 1)
    assert not tiling.needs_reading(tiling.counted(tile, Count(4), now_ms=NOON + 60))
    assert tiling.counted(tile, Count(4), now_ms=NOON + 60).state is WindowState.COMPLETE
    assert tiling.counted(tile, Count(5), now_ms=NOON + 60).state is WindowState.DUE
    assert tiling.counted(tile, Count(0), now_ms=NOON + 60).state is WindowState.MISSING
    assert tiling.counted(
        replace(tile, state=WindowState.EXPIRED, there=0, read_there=0), Count(0), now_ms=1
    ).state is (WindowState.EXPIRED)


def test_documents_seen_stored_count_as_here_whoever_brought_them() -> None:
    tile = Tile(NOON, NOON + 10, there=3, refused=1, here=0, key=1)
    done = tiling.finished(tile, Tally(known=3), now_ms=NOON + 60)
    assert (done.here, done.refused, done.state) == (2, 1, WindowState.COMPLETE)


def test_the_future_forgets_what_the_present_has_passed() -> None:
    future = Tile(NOON, HIGHEST, WindowState.COMPLETE, 5, 5, 5, key=1)
    assert tiling.counted(future, Count(0), now_ms=NOON).state is WindowState.COMPLETE
    fewer = tiling.finished(tiling.counted(future, Count(3), now_ms=NOON), Tally(known=3), now_ms=NOON)
    assert (fewer.here, fewer.state) == (3, WindowState.COMPLETE)


def test_older_windows_are_checked_less_often() -> None:
    young, old = complete(NOON - HOUR_MS, NOON, 1, 1), complete(NOON - 9 * DAY_MS, NOON - 8 * DAY_MS, 1, 2)
    assert tiling.next_check(young, now_ms=NOON) - NOON < 600_000
    assert HOUR_MS < tiling.next_check(old, now_ms=NOON) - NOON < DAY_MS


def test_a_millisecond_and_the_undated_are_never_split() -> None:
    assert not tiling.is_too_large(Tile(NOON, NOON + 1, there=10**6))
    assert not tiling.is_too_large(Tile(LOWEST, HIGHEST, there=10**6, undated=True))
    assert tiling.is_too_large(Tile(NOON, NOON + 2, there=10**6))


def test_a_large_growing_window_is_not_read_at_every_poll() -> None:
    undated = Tile(LOWEST, HIGHEST, there=5000, read_ms=NOON, undated=True)
    assert tiling.can_wait(undated, now_ms=NOON + 60_000)
    assert tiling.can_wait(Tile(NOON, HIGHEST, there=5000, read_ms=NOON), now_ms=NOON + 60_000)
    assert not tiling.can_wait(undated, now_ms=NOON + 301_000)
    assert not tiling.can_wait(replace(undated, there=10), now_ms=NOON + 1)
    assert not tiling.can_wait(Tile(NOON, NOON + 9, there=5000, read_ms=NOON), now_ms=NOON + 1)
