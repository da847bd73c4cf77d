"""The lines of a ledger on the page."""

import pytest

from lamis.base.clock import DAY_MS, HOUR_MS, from_ms
from lamis.connections.ledger import Ledger, Line
from lamis.connections.types import HIGHEST, LOWEST, WindowState
from lamis.web.ledger import LedgerLine, ledger_lines

NOW_MS = 1_700_000_000_000 // HOUR_MS * HOUR_MS


def line(since: int, until: int, state: WindowState = WindowState.COMPLETE, **values: object) -> Line:
    counts = {"there": 9, "here": 9, "refused": 0, "unreadable": 0, "checked_ms": None}
    return Line(from_ms=since, to_ms=until, state=state, **counts, **values)


def shown(found: Line) -> LedgerLine:
    sums = dict.fromkeys(("there", "here", "refused", "missing", "expired", "unreadable", "waiting"), 0)
    ledger = Ledger(lines=(found,), **sums, lag_ms=None, not_asked_before_ms=None)
    (only,) = ledger_lines(ledger, now_ms=NOW_MS)
    return only


@pytest.mark.parametrize(
    ("state", "mark", "word"),
    [
        (WindowState.DUE, "late", "being read"),
        (WindowState.COMPLETE, "ok", "complete"),
        (WindowState.MISSING, "bad", "missing there"),
        (WindowState.EXPIRED, "off", "expired there"),
        (WindowState.NOT_ASKED, "off", "not asked"),
    ],
)
def test_each_state_has_a_mark_and_a_word(state: WindowState, mark: str, word: str) -> None:
    found = shown(line(NOW_MS - HOUR_MS, NOW_MS, state))
    assert (found.mark, found.word) == (mark, word)


def test_an_hour_is_told_by_its_time_and_read_again_as_it_is() -> None:
    found = shown(line(NOW_MS - HOUR_MS, NOW_MS))
    assert (found.label, found.since, found.until) == ("", from_ms(NOW_MS - HOUR_MS), from_ms(NOW_MS))
    assert found.reread == (NOW_MS - HOUR_MS, NOW_MS)


def test_what_has_no_end_is_named_and_reached_by_a_date() -> None:
    future = shown(line(NOW_MS, HIGHEST))
    assert (future.label, future.until) == ("in the future", None)
    assert future.reread == (NOW_MS, NOW_MS + DAY_MS)
    past = shown(line(LOWEST, NOW_MS))
    assert (past.label, past.since, past.reread) == ("before", None, (NOW_MS - 1, NOW_MS))


def test_documents_without_a_time_are_one_line() -> None:
    found = shown(line(LOWEST, HIGHEST, undated=True))
    assert (found.label, found.since, found.until) == ("without a time", None, None)
