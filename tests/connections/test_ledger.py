"""The completeness ledger: windows folded to hours, with exact sums."""

from lamis.base.clock import HOUR_MS
from lamis.connections.ledger import Line, fold
from lamis.connections.types import HIGHEST, LOWEST, WindowState

NOON = 1_772_452_800_000
DONE, DUE = WindowState.COMPLETE, WindowState.DUE


def line(
    start: int, end: int, there: int | None, here: int, refused: int = 0, state: WindowState = DONE
) -> Line:
    return Line(start, end, state, there, here, refused, 0, checked_ms=start)


def test_windows_of_an_hour_are_one_line_with_the_worst_state() -> None:
    half = NOON + HOUR_MS // 2
    found = fold(
        [line(NOON, half, 3, 2, 1), line(half, NOON + HOUR_MS, 5, 4, state=DUE)], lag_ms=7, now_ms=NOON
    )
    (shown,) = found.lines
    assert (shown.from_ms, shown.to_ms, shown.state) == (NOON, NOON + HOUR_MS, DUE)
    assert (shown.there, shown.here, shown.refused, shown.missing) == (8, 6, 1, 1)
    assert (found.there, found.missing, found.waiting, found.lag_ms) == (8, 1, 1, 7)
    assert found.completeness == 1 - 1 / 8
    assert not found.is_complete


def test_what_was_not_asked_counts_nowhere() -> None:
    found = fold(
        [line(LOWEST, NOON, None, 0, state=WindowState.NOT_ASKED), line(NOON, HIGHEST, 0, 0)],
        lag_ms=None,
        now_ms=NOON,
    )
    assert (found.lines, found.not_asked_before_ms, found.completeness) == ((), NOON, 1.0)
    assert found.is_complete


def test_only_a_gone_index_is_expired() -> None:
    found = fold(
        [
            line(NOON, NOON + 1, 1, 4, state=WindowState.EXPIRED),
            line(NOON - HOUR_MS, NOON, 1, 2, state=WindowState.MISSING),
        ],
        lag_ms=None,
        now_ms=NOON,
    )
    assert (found.expired, found.missing) == (3, 0)
    assert [one.gone for one in found.lines] == [3, 1]


def test_lines_are_newest_first_and_limited_while_sums_are_not() -> None:
    hours = [line(NOON - step * HOUR_MS, NOON - (step - 1) * HOUR_MS, 1, 1) for step in range(10)]
    undated = Line(LOWEST, HIGHEST, DONE, 2, 2, 0, 0, None, undated=True)
    found = fold([*hours, undated], lag_ms=None, now_ms=NOON + 5, hours=3)
    assert [one.from_ms for one in found.lines] == [NOON, NOON - HOUR_MS, NOON - 2 * HOUR_MS, LOWEST]
    assert found.there == 12


def test_nothing_counted_is_no_percentage() -> None:
    assert fold([line(NOON, NOON + 1, None, 0, state=DUE)], lag_ms=None, now_ms=NOON).completeness is None
