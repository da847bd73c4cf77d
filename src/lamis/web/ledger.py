"""The lines of a completeness ledger as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lamis.base.clock import DAY_MS, from_ms
from lamis.connections.ledger import Ledger, Line
from lamis.connections.types import HIGHEST, LOWEST, WindowState

_STATES = {
    WindowState.DUE: ("late", "being read"),
    WindowState.COMPLETE: ("ok", "complete"),
    WindowState.MISSING: ("bad", "missing there"),
    WindowState.EXPIRED: ("off", "expired there"),
    WindowState.NOT_ASKED: ("off", "not asked"),
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line; `since` and `until` None stand for no beginning and no end. `mark` is a health state."""

    label: str
    since: datetime | None
    until: datetime | None
    there: int | None
    here: int
    missing: int
    refused: int
    expired: int
    unreadable: int
    mark: str
    word: str
    checked_at: datetime | None
    reread: tuple[int, int] | None


def ledger_lines(ledger: Ledger, *, now_ms: int) -> Sequence[LedgerLine]:
    """The lines of `ledger`, newest first."""
    return [_shown(line, now_ms=now_ms) for line in ledger.lines]


def _shown(line: Line, *, now_ms: int) -> LedgerLine:
    mark, word = _STATES[line.state]
    open_start, open_end = line.from_ms <= LOWEST, line.to_ms >= HIGHEST
    label = "without a time" if line.undated else "in the future" if open_end else ""
    if open_start and not line.undated:
        label = "before"
    return LedgerLine(
        label=label,
        since=None if line.undated or open_start else from_ms(line.from_ms),
        until=None if line.undated or open_end else from_ms(line.to_ms),
        there=line.there,
        here=line.here,
        missing=line.missing,
        refused=line.refused,
        expired=line.expired,
        unreadable=line.unreadable,
        mark=mark,
        word=word,
        checked_at=None if line.checked_ms is None else from_ms(line.checked_ms),
        reread=None if line.undated else _reach(line, now_ms=now_ms),
    )


def _reach(line: Line, *, now_ms: int) -> tuple[int, int]:
    """A stretch that touches the line and can be written as a date."""
    if line.to_ms >= HIGHEST:
        return now_ms, now_ms + DAY_MS
    return (line.to_ms - 1 if line.from_ms <= LOWEST else line.from_ms), line.to_ms
