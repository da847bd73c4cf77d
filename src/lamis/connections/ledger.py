"""The completeness ledger: windows folded to hours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lamis.base.clock import HOUR_MS
from lamis.connections.types import HIGHEST, LOWEST, WindowState

_WORST = (
    WindowState.DUE,
    WindowState.MISSING,
    WindowState.EXPIRED,
    WindowState.COMPLETE,
    WindowState.NOT_ASKED,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: of a window, or of an hour with all its windows.

    `there` None was never counted. LOWEST and HIGHEST stand for no beginning and no end. `offset` documents
    are missing in one window of the hour while as many are gone in another.
    """

    from_ms: int
    to_ms: int
    state: WindowState
    there: int | None
    here: int
    refused: int
    unreadable: int
    checked_ms: int | None
    undated: bool = False
    offset: int = 0

    @property
    def missing(self) -> int:
        """Documents known to be there and not seen here."""
        return max(0, (self.there or 0) - self.here - self.refused) + self.offset

    @property
    def gone(self) -> int:
        """Documents that are here and no longer there."""
        return max(0, self.here + self.refused - self.there) + self.offset if self.there is not None else 0

    @property
    def expired(self) -> int:
        """`gone` where that day's index is gone too."""
        return self.gone if self.state is WindowState.EXPIRED else 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines newest first, and the sums over all windows. `lag_ms` is the newest poll's.

    `completeness` is the share of what was counted there that is here or refused, 0 to 1; None while
    nothing was counted. `not_asked_before_ms`: what lies before was not asked for; None: everything was.
    """

    lines: tuple[Line, ...]
    there: int
    here: int
    refused: int
    missing: int
    expired: int
    unreadable: int
    lag_ms: int | None
    waiting: int
    not_asked_before_ms: int | None

    @property
    def completeness(self) -> float | None:
        if self.there == 0:
            return None if self.waiting else 1.0
        return 1 - self.missing / self.there

    @property
    def is_complete(self) -> bool:
        """Whether every window that was asked for has been counted and read."""
        return self.missing == 0 and self.waiting == 0


def fold(lines: Iterable[Line], *, lag_ms: int | None, now_ms: int, hours: int | None = None) -> Ledger:
    """Fold windows (any order) into a ledger; `hours` limits the lines, never the sums."""
    every = list(lines)
    asked = [line for line in every if line.state is not WindowState.NOT_ASKED]
    past = [line.to_ms for line in every if line.state is WindowState.NOT_ASKED and line.from_ms == LOWEST]
    oldest_shown = LOWEST if hours is None else now_ms - now_ms % HOUR_MS - (hours - 1) * HOUR_MS
    return Ledger(
        lines=tuple(line for line in _hours(asked) if line.undated or line.to_ms > oldest_shown),
        there=sum(line.there or 0 for line in asked),
        here=sum(line.here for line in asked),
        refused=sum(line.refused for line in asked),
        missing=sum(line.missing for line in asked),
        expired=sum(line.expired for line in asked),
        unreadable=sum(line.unreadable for line in asked),
        lag_ms=lag_ms,
        waiting=sum(1 for line in asked if line.there is None or line.state is WindowState.DUE),
        not_asked_before_ms=past[0] if past else None,
    )


def _hours(lines: Iterable[Line]) -> list[Line]:
    """Windows of one hour as one line; wider and open ones as they are, empty ones left out. Newest first."""
    folded: dict[int, Line] = {}
    apart: list[Line] = []
    for line in lines:
        hour = line.from_ms - line.from_ms % HOUR_MS
        if line.undated or HIGHEST in (line.to_ms, -line.from_ms) or line.to_ms > hour + HOUR_MS:
            apart.append(line)
        else:
            folded[hour] = _plus(folded[hour], line) if hour in folded else line
    shown = [line for line in apart if line.there != 0 or line.here or line.refused]
    return sorted([*folded.values(), *shown], key=lambda line: (line.undated, -line.from_ms))


def _plus(a: Line, b: Line) -> Line:
    whole = Line(
        from_ms=min(a.from_ms, b.from_ms),
        to_ms=max(a.to_ms, b.to_ms),
        state=min(a.state, b.state, key=_WORST.index),
        there=None if a.there is None and b.there is None else (a.there or 0) + (b.there or 0),
        here=a.here + b.here,
        refused=a.refused + b.refused,
        unreadable=a.unreadable + b.unreadable,
        checked_ms=min((ms for ms in (a.checked_ms, b.checked_ms) if ms is not None), default=None),
    )
    return replace(whole, offset=a.missing + b.missing - whole.missing)
