"""The completeness ledger: windows folded to hours."""

from dataclasses import replace

import pytest

from lamis.base.clock import DAY_MS, HOUR_MS
from lamis.connections.ledger import Line, fold
from lamis.connections.types import HIGHEST, LOWEST, WindowState

HOUR = 500_000 * HOUR_MS
NOW = HOUR + HOUR_MS + 5
FULL = Line(HOUR, HOUR + HOUR_MS, WindowState.COMPLETE, 10, 8, 2, 1, checked_ms=NOW)
UNDATED = replace(FULL, from_ms=LOWEST, to_ms=HIGHEST, undated=True)


@pytest.mark.parametrize(
    ("there", "here", "refused", "state", "missing", "gone", "expired"),
    [
        (10, 8, 2, WindowState.COMPLETE, 0, 0, 0),
        (10, 5, 2, WindowState.DUE, 3, 0, 0),
        (4, 8, 2, WindowState.MISSING, 0, 6, 0),
        (4, 8, 2, WindowState.EXPIRED, 0, 6, 6),
        (None, 8, 2, WindowState.DUE, 0, 0, 0),
    ],
)
def test_a_line_balances(
    there: int | None, here: int, refused: int, state: WindowState, missing: int, gone: int, expired: int
) -> None:
    line = replace(FULL, there=there, here=here, refused=refused, state=state)
    assert (line.missing, line.gone, line.expired) == (missing, gone, expired)


def test_the_windows_of_an_hour_are_one_line() -> None:
    half = HOUR + HOUR_MS // 2
    late = replace(FULL, from_ms=half, state=WindowState.EXPIRED, there=3, here=4, refused=0, checked_ms=7)
    ledger = fold([replace(FULL, to_ms=half), late], lag_ms=5, now_ms=NOW)
    (line,) = ledger.lines
    assert (line.from_ms, line.to_ms, line.state) == (HOUR, HOUR + HOUR_MS, WindowState.EXPIRED)
    assert (line.there, line.here, line.refused, line.unreadable, line.checked_ms) == (13, 12, 2, 2, 7)
    assert (ledger.lag_ms, ledger.waiting) == (5, 0)


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        ((WindowState.COMPLETE, WindowState.DUE, WindowState.MISSING), WindowState.DUE),
        ((WindowState.EXPIRED, WindowState.MISSING, WindowState.COMPLETE), WindowState.MISSING),
        ((WindowState.COMPLETE, WindowState.EXPIRED), WindowState.EXPIRED),
    ],
)
def test_an_hour_stands_as_its_worst_window(states: tuple[WindowState, ...], worst: WindowState) -> None:
    minute = HOUR_MS // 60
    lines = [
        replace(FULL, from_ms=HOUR + n * minute, to_ms=HOUR + (n + 1) * minute, state=state)
        for n, state in enumerate(states)
    ]
    assert fold(lines, lag_ms=None, now_ms=NOW).lines[0].state is worst


def test_an_hour_that_was_never_counted_has_no_count() -> None:
    due = replace(FULL, state=WindowState.DUE, there=None, here=0, refused=0, checked_ms=None)
    ledger = fold([due], lag_ms=None, now_ms=NOW)
    assert (ledger.lines[0].there, ledger.lines[0].checked_ms) == (None, None)
    assert (ledger.completeness, ledger.waiting, ledger.is_complete) == (None, 1, False)


def test_completeness_is_the_share_of_what_is_there() -> None:
    short = replace(FULL, from_ms=HOUR - HOUR_MS, to_ms=HOUR, there=30, here=20, refused=0)
    ledger = fold([FULL, short], lag_ms=None, now_ms=NOW)
    assert (ledger.there, ledger.here, ledger.refused, ledger.missing) == (40, 28, 2, 10)
    assert ledger.completeness == 0.75
    assert not ledger.is_complete
    assert fold([FULL], lag_ms=None, now_ms=NOW).is_complete
    assert fold([], lag_ms=None, now_ms=NOW).completeness == 1.0


def test_more_here_than_there_hides_no_shortage_elsewhere() -> None:
    gone = replace(FULL, there=0, state=WindowState.EXPIRED)
    short = replace(FULL, from_ms=HOUR - HOUR_MS, to_ms=HOUR, there=12)
    half = HOUR + HOUR_MS // 2
    same_hour = [replace(gone, to_ms=half), replace(short, from_ms=half, to_ms=HOUR + HOUR_MS)]
    for lines in ([gone, short], same_hour):
        ledger = fold(lines, lag_ms=None, now_ms=NOW)
        assert (ledger.missing, ledger.expired) == (2, 10)
        assert sum(line.missing for line in ledger.lines) == 2
        assert sum(line.expired for line in ledger.lines) == 10


def test_lines_are_newest_first_and_the_undated_last() -> None:
    older = replace(FULL, from_ms=HOUR - HOUR_MS, to_ms=HOUR)
    ancient = replace(FULL, from_ms=LOWEST, to_ms=HOUR - DAY_MS)
    future = replace(FULL, from_ms=HOUR + HOUR_MS, to_ms=HIGHEST)
    ledger = fold([UNDATED, ancient, older, FULL, future], lag_ms=None, now_ms=NOW)
    assert ledger.lines == (future, FULL, older, ancient, UNDATED)


def test_wide_windows_stay_whole_and_empty_ones_are_left_out() -> None:
    wide = replace(FULL, from_ms=HOUR - DAY_MS, to_ms=HOUR)
    empty = replace(wide, from_ms=HOUR - 9 * DAY_MS, to_ms=HOUR - DAY_MS, there=0, here=0, refused=0)
    assert fold([wide, empty], lag_ms=None, now_ms=NOW).lines == (wide,)
    never = replace(empty, there=None, state=WindowState.DUE)
    assert fold([never], lag_ms=None, now_ms=NOW).lines == (never,)


def test_hours_limit_the_lines_and_never_the_sums() -> None:
    lines = [replace(FULL, from_ms=HOUR - n * HOUR_MS, to_ms=HOUR + HOUR_MS - n * HOUR_MS) for n in range(9)]
    ledger = fold([*lines, UNDATED], lag_ms=None, now_ms=HOUR + 5, hours=3)
    assert [line.from_ms for line in ledger.lines] == [HOUR, HOUR - HOUR_MS, HOUR - 2 * HOUR_MS, LOWEST]
    assert ledger.there == 100


def test_what_was_not_asked_for_is_told_and_not_counted() -> None:
    not_asked = replace(FULL, from_ms=LOWEST, to_ms=HOUR, state=WindowState.NOT_ASKED, there=None, here=0)
    ledger = fold([FULL, not_asked], lag_ms=None, now_ms=NOW)
    assert (ledger.not_asked_before_ms, ledger.lines, ledger.waiting) == (HOUR, (FULL,), 0)
    assert fold([FULL], lag_ms=None, now_ms=NOW).not_asked_before_ms is None
