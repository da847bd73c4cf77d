"""Cutting, splitting, telling apart, reaching back and forgetting: what each step makes of the axis."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from lamis.base.clock import DAY_MS, HOUR_MS
from lamis.connections import tiling
from lamis.connections.tiles import Change, Tally, Tile
from lamis.connections.tiling import is_tiled
from lamis.connections.types import HIGHEST, LOWEST, Count, Span, WindowState

MINUTE = 60_000
HOUR = 1_800_000_000_000 - 1_800_000_000_000 % HOUR_MS
NOW = HOUR + 17 * MINUTE + 123


def settled(from_ms: int, to_ms: int, here: int = 0, *, refused: int = 0, key: int = 1) -> Tile:
    """A window that was read whole."""
    total = here + refused
    return Tile(
        from_ms, to_ms, WindowState.COMPLETE, there=total, read_there=total, here=here, refused=refused,
        checks=1, checked_ms=to_ms, read_ms=to_ms, next_check_ms=to_ms + 1, key=key,
    )  # fmt: skip


def spans(tiles: Sequence[Tile]) -> list[tuple[int, int]]:
    return [(tile.from_ms, tile.to_ms) for tile in tiles]


@pytest.mark.parametrize(
    ("backfill", "asked_from"),
    [("24h", HOUR - DAY_MS), ("7d", HOUR - 7 * DAY_MS), ("all", LOWEST)],
)
def test_a_new_source_is_asked_as_far_back_as_was_wished(backfill: str, asked_from: int) -> None:
    tiles = tiling.first_tiles(backfill=backfill, now_ms=NOW)
    assert is_tiled(tiles)
    due = [tile for tile in tiles if tile.state is WindowState.DUE and not tile.undated]
    assert min(tile.from_ms for tile in due) == asked_from
    last_day = [tile for tile in due if tile.from_ms >= HOUR - DAY_MS and not tile.is_future]
    assert all(tile.to_ms - tile.from_ms <= HOUR_MS for tile in last_day)


def test_spans_have_no_bounds_where_the_axis_has_none() -> None:
    assert Tile(LOWEST, 5).span == Span(None, 5)
    assert Tile(5, HIGHEST).span == Span(5, None)
    assert Tile(LOWEST, HIGHEST, undated=True).span == Span(None, None, undated=True)


def test_a_poll_cuts_the_future_at_the_present_and_at_full_hours() -> None:
    future = Tile(HOUR - 5 * MINUTE, HIGHEST, key=9)
    change = tiling.cut_future(future, settled(0, HOUR - 5 * MINUTE), now_ms=NOW)
    assert change.gone == (9,)
    assert spans(change.new) == [(HOUR - 5 * MINUTE, HOUR), (HOUR, NOW), (NOW, HIGHEST)]


def test_a_long_outage_is_one_window_until_it_was_counted() -> None:
    change = tiling.cut_future(Tile(HOUR, HIGHEST, key=1), None, now_ms=HOUR + 30 * DAY_MS)
    assert len(change.new) == 2


def test_documents_in_the_future_are_looked_at_again_after_each_cut() -> None:
    """One may have passed into the past while another came: the count alone cannot tell."""
    future = replace(settled(HOUR, HIGHEST, here=1), next_check_ms=HIGHEST)
    change = tiling.cut_future(future, None, now_ms=HOUR + 10_000)
    assert tiling.needs_reading(tiling.counted(change.new[-1], Count(1), now_ms=HOUR + 10_000))
    assert not tiling.needs_reading(tiling.counted(change.new[-1], Count(0), now_ms=HOUR + 10_000))


def test_an_hour_is_one_window_an_hour_later() -> None:
    slots = [settled(HOUR + n * 5 * MINUTE, HOUR + (n + 1) * 5 * MINUTE, key=n) for n in range(12)]
    assert tiling.joined(slots, now_ms=HOUR + 2 * HOUR_MS - 1) == []
    (change,) = tiling.joined(slots, now_ms=HOUR + 2 * HOUR_MS)
    assert spans(change.new) == [(HOUR, HOUR + HOUR_MS)]
    assert tiling.joined([replace(change.new[0], key=50)], now_ms=HOUR + DAY_MS) == []


A, B = settled(HOUR, HOUR + MINUTE, here=2, key=1), settled(HOUR + MINUTE, HOUR + 2 * MINUTE, here=3, key=2)


@pytest.mark.parametrize(
    "other",
    [
        replace(B, state=WindowState.DUE, there=4),
        replace(B, state=WindowState.DUE, read_there=None),
        replace(B, state=WindowState.MISSING, there=2, read_there=2),
        replace(B, state=WindowState.EXPIRED, there=0, read_there=0),
        replace(B, read_there=2),
        replace(B, from_ms=B.from_ms + 1),
        settled(B.from_ms, B.to_ms, here=tiling.TOGETHER_MOST - 1),
        settled(B.from_ms, HIGHEST),
    ],
)
def test_what_is_pending_apart_or_too_large_is_not_joined(other: Tile) -> None:
    assert tiling.joined([A, other], now_ms=HOUR + DAY_MS) == []


def test_the_oldest_check_of_joined_windows_counts() -> None:
    late = replace(B, checked_ms=900, read_ms=900, next_check_ms=50, refused=1, here=2, unreadable=1)
    early = replace(A, checked_ms=100, read_ms=100, next_check_ms=70)
    (change,) = tiling.joined([early, late], now_ms=HOUR + DAY_MS)
    (whole,) = change.new
    assert (whole.checked_ms, whole.next_check_ms) == (100, 50)
    assert (whole.here, whole.refused, whole.unreadable, whole.there) == (4, 1, 1, 5)
    assert set(change.gone) == {1, 2}


@pytest.mark.parametrize(
    ("before", "tally", "here", "refused", "state"),
    [
        (Tile(0, 9, here=5), Tally(new=5), 5, 0, WindowState.COMPLETE),
        (Tile(0, 9, here=3, refused=2), Tally(new=3, refused=2), 3, 2, WindowState.COMPLETE),
        (Tile(0, 9, here=6), Tally(known=4), 6, 0, WindowState.MISSING),
        (Tile(0, HIGHEST, here=6), Tally(known=4), 4, 0, WindowState.COMPLETE),
        (Tile(LOWEST, HIGHEST, here=6, undated=True), Tally(known=4), 4, 0, WindowState.COMPLETE),
    ],
)
def test_a_complete_read_settles_a_window(
    before: Tile, tally: Tally, here: int, refused: int, state: WindowState
) -> None:
    done = tiling.finished(before, tally, now_ms=NOW)
    assert (done.here, done.refused, done.state) == (here, refused, state)
    assert done.there == done.read_there == tally.seen
    assert done.read_ms == NOW


def test_a_crowded_window_is_split_without_losing_a_millisecond() -> None:
    tile = replace(Tile(HOUR, HOUR + HOUR_MS, key=4), there=50_000)
    assert tiling.is_too_large(tile)
    change = tiling.split(tile)
    assert change.gone == (4,)
    assert (change.new[0].from_ms, change.new[-1].to_ms) == (HOUR, HOUR + HOUR_MS)
    assert len(change.new) >= 20
    assert all(a.to_ms == b.from_ms for a, b in pairwise(change.new))


@pytest.mark.parametrize(
    ("tile", "bounds"),
    [
        (Tile(LOWEST, HOUR, there=90_000, key=1), (HOUR - 400 * DAY_MS, HOUR - 1)),
        (Tile(LOWEST, HOUR, there=90_000, key=1), (HOUR - 1, HOUR)),
        (Tile(LOWEST, HOUR, there=90_000, key=1), (LOWEST, HOUR)),
    ],
)
def test_a_window_without_beginning_is_split_where_the_documents_are(
    tile: Tile, bounds: tuple[int, int]
) -> None:
    new = tiling.split(tile, bounds=bounds).new
    assert (new[0].from_ms, new[-1].to_ms) == (tile.from_ms, tile.to_ms)
    assert all(one.from_ms < one.to_ms for one in new)
    assert all(a.to_ms == b.from_ms for a, b in pairwise(new))


def test_a_wide_window_is_told_apart_by_hours() -> None:
    wide = replace(Tile(HOUR - DAY_MS, HOUR, key=7), there=9, here=6, refused=1)
    hours = {HOUR - 3 * HOUR_MS: Tally(new=2, known=1, refused=1), HOUR - HOUR_MS: Tally(new=5, unreadable=2)}
    change = tiling.by_hours(wide, hours, now_ms=NOW)
    assert change.gone == (7,)
    assert [(one.to_ms - one.from_ms, one.there, one.here, one.refused) for one in change.new] == [
        (21 * HOUR_MS, 0, 0, 0),
        (HOUR_MS, 4, 3, 1),
        (HOUR_MS, 0, 0, 0),
        (HOUR_MS, 5, 5, 0),
    ]
    assert all(one.is_settled for one in change.new)
    assert change.new[-1].unreadable == 2


def test_what_retention_took_is_not_asked_again() -> None:
    tiles = [
        replace(Tile(LOWEST, 100, key=1), state=WindowState.NOT_ASKED),
        settled(100, 200, here=3, key=2),
        settled(200, 300, here=1, key=3),
    ]
    change = tiling.forget_before(tiles, before_ms=250)
    assert change.gone == (1, 2)
    assert change.new == (Tile(LOWEST, 200, WindowState.NOT_ASKED),)
    assert tiling.forget_before(tiles, before_ms=50) == Change()
    assert tiling.forget_before(tiles, before_ms=150) == Change()
    assert tiling.forget_before(tiles[1:], before_ms=250) == Change()


def test_what_a_back_fill_brought_lately_or_still_has_to_bring_is_not_given_up() -> None:
    before = replace(Tile(LOWEST, 100, key=1), state=WindowState.NOT_ASKED)
    lately = replace(settled(100, 200, here=3, key=2), read_ms=260)
    assert tiling.forget_before([before, lately], before_ms=250) == Change()
    assert tiling.forget_before([before, Tile(100, 200, key=2)], before_ms=250) == Change()


@pytest.mark.parametrize(
    ("state", "backfill", "new"),
    [
        (WindowState.NOT_ASKED, "all", [(LOWEST, HOUR - DAY_MS, WindowState.DUE)]),
        (
            WindowState.NOT_ASKED,
            "7d",
            [
                (LOWEST, HOUR - 7 * DAY_MS, WindowState.NOT_ASKED),
                (HOUR - 7 * DAY_MS, HOUR - DAY_MS, WindowState.DUE),
            ],
        ),
        (WindowState.COMPLETE, "24h", [(LOWEST, HOUR - DAY_MS, WindowState.NOT_ASKED)]),
        (WindowState.NOT_ASKED, "24h", [(LOWEST, HOUR - DAY_MS, WindowState.NOT_ASKED)]),
    ],
)
def test_history_can_be_asked_for_later(
    state: WindowState, backfill: str, new: list[tuple[int, int, WindowState]]
) -> None:
    ancient = replace(settled(LOWEST, HOUR - DAY_MS, key=3), state=state)
    change = tiling.reach_back(ancient, backfill=backfill, now_ms=NOW)
    assert change.gone == (3,)
    assert [(one.from_ms, one.to_ms, one.state) for one in change.new] == new
    assert all(one.next_check_ms <= NOW for one in change.new if one.state is WindowState.DUE)


@pytest.mark.parametrize(
    "tiles",
    [
        [],
        [Tile(LOWEST, 5), Tile(6, HIGHEST)],
        [Tile(LOWEST, 6), Tile(5, HIGHEST)],
        [Tile(LOWEST, 5)],
        [Tile(5, HIGHEST)],
        [Tile(LOWEST, 5), Tile(5, 5), Tile(5, HIGHEST)],
    ],
)
def test_gaps_and_overlaps_are_seen(tiles: list[Tile]) -> None:
    assert not is_tiled(tiles)


def test_one_document_for_another_is_noticed_by_the_mark() -> None:
    tile = tiling.counted(Tile(100, 200, key=1), Count(2, 30), now_ms=300)
    read = tiling.finished(tile, Tally(new=2), now_ms=300)
    assert not tiling.needs_reading(tiling.counted(read, Count(2, 30), now_ms=400))
    exchanged = tiling.counted(read, Count(2, 41), now_ms=400)
    assert tiling.needs_reading(exchanged)
    assert exchanged.state is WindowState.DUE
    again = tiling.finished(replace(exchanged, here=3), Tally(new=1, known=1), now_ms=400)
    assert (again.state, again.kept, again.there) == (WindowState.MISSING, 3, 2)
    assert not tiling.needs_reading(tiling.counted(again, Count(2, 41), now_ms=500))


def test_marks_add_up_where_neighbours_are_joined() -> None:
    slot = 300_000
    tiles = [
        replace(settled(start, start + 10, here=1, key=key), mark=mark, read_mark=mark)
        for key, (start, mark) in enumerate([(slot, 5), (slot + 10, 7)], 1)
    ]
    (change,) = tiling.joined(tiles, now_ms=10 * slot)
    assert (change.new[0].mark, change.new[0].read_mark) == (12, 12)
    (unknown,) = tiling.joined([tiles[0], replace(tiles[1], read_mark=None)], now_ms=10 * slot)
    assert unknown.new[0].read_mark is None


def test_a_window_without_a_mark_takes_the_first_it_is_told() -> None:
    tile = tiling.counted(settled(100, 200, here=2, key=1), Count(2, 30), now_ms=300)
    assert (tile.state, tile.read_mark) == (WindowState.COMPLETE, 30)
    assert tiling.needs_reading(tiling.counted(tile, Count(2, 31), now_ms=400))
    assert not tiling.needs_reading(tiling.counted(tile, Count(2), now_ms=400))


def test_only_windows_that_were_read_want_a_mark() -> None:
    assert not tiling.wants_mark(Tile(100, 200))
    assert tiling.wants_mark(settled(100, 200, here=2))
    assert not tiling.wants_mark(settled(100, HIGHEST, here=2))
    assert not tiling.wants_mark(replace(settled(100, 200, here=2), undated=True))


def test_the_future_and_the_undated_are_counted_at_every_poll_and_no_more() -> None:
    for tile in (settled(100, HIGHEST), replace(settled(LOWEST, 200), undated=True)):
        assert tiling.next_check(tile, now_ms=NOW) == HIGHEST


@pytest.mark.parametrize(("failures", "most"), [(0, 40), (1, 16), (2, 4), (3, 1), (9, 1)])
def test_windows_whose_reading_failed_are_read_in_ever_smaller_groups(failures: int, most: int) -> None:
    tiles = [
        Tile(NOW + step * 1000, NOW + (step + 1) * 1000, there=1, checks=1 + failures, key=step)
        for step in range(40)
    ]
    sizes = [len(group) for group in tiling.groups(tiles)]
    assert (max(sizes), sum(sizes)) == (most, 40)
    healthy = replace(tiles[20], checks=1)
    groups = tiling.groups([*tiles[:20], healthy, *tiles[21:]])
    assert max(len(group) for group in groups if healthy in group) <= most


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        ((100, 0), (100, 0)),
        ((103, 2), (103, 2)),
        ((99, 1), (99, 1)),
        ((50, 0), (100, 0)),
        ((200, 9), (103, 2)),
    ],
)
def test_a_window_that_holds_more_than_was_seen_has_what_is_stored(
    stored: tuple[int, int], kept: tuple[int, int]
) -> None:
    tile = Tile(NOW, NOW + 1000, there=100, here=103, refused=2)
    found = tiling.with_stored(tile, here=stored[0], refused=stored[1], seen=100)
    assert (found.here, found.refused) == kept
