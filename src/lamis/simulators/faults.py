"""What can go wrong with a simulated system, switched on for a number of requests or a time."""

import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Lock
from typing import Generic, TypeVar

from lamis.simulators.searching import NO_FLAW, Flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What all faults have in common.

    It ends after `count` requests or `lasts_s` seconds, with neither when it is cleared. `on` is one
    operation of the system or `any`. `delay_s` is how long a slow answer takes.
    """

    count: int | None = None
    lasts_s: float | None = None
    on: str = "any"
    delay_s: float = 1.0

    def touches(self, operation: str) -> bool:
        """Whether a request for `operation` meets it."""
        return self.on in ("any", operation)


_Fault = TypeVar("_Fault", bound=Trouble)


class FaultKind(StrEnum):
    """The name of a fault of an indexer, as the control endpoint takes it."""

    SLOW = "slow"
    HANG = "hang"
    DRIP = "drip"
    TOO_MANY_REQUESTS = "too_many_requests"
    BREAKER = "breaker"
    NOT_INITIALIZED = "not_initialized"
    ALL_SHARDS_FAILED = "all_shards_failed"
    HTML_ERROR = "html_error"
    BROKEN_JSON = "broken_json"
    HALF_ANSWER = "half_answer"
    REDIRECT = "redirect"
    UNAUTHORIZED = "unauthorized"
    PLAIN_TEXT = "plain_text"
    EMPTY_PAGE = "empty_page"
    SHORT_PAGE = "short_page"
    WRONG_TOTAL = "wrong_total"
    TIMED_OUT = "timed_out"
    SHARDS_FAILED = "shards_failed"
    SHARDS_MISSING = "shards_missing"
    RED = "red"


_FLAWS = {
    FaultKind.EMPTY_PAGE: Flaw(is_empty=True),
    FaultKind.SHORT_PAGE: Flaw(is_short=True),
    FaultKind.WRONG_TOTAL: Flaw(total_off_by=7),
    FaultKind.TIMED_OUT: Flaw(timed_out=True),
    FaultKind.SHARDS_FAILED: Flaw(shards_failed=1),
    FaultKind.SHARDS_MISSING: Flaw(shards_unassigned=1),
    FaultKind.RED: Flaw(shards_unassigned=1),
}
_READS = frozenset({"search", "count", "scroll"})


@dataclass(frozen=True, slots=True)
class Fault(Trouble):
    """One fault of an indexer.

    `on` is `root`, `health`, `search`, `count`, `pit`, `scroll`, `mget` or `index`; faults of a page's
    content touch searches, counts and scrolls only. `delay_s` is also the pause between two drips (a
    hanging one waits for the client to leave); `retry_after_s` is the header of a 429.
    """

    kind: FaultKind
    retry_after_s: int | None = field(default=None, kw_only=True)

    @property
    def flaw(self) -> Flaw:
        """How it changes the content of a page."""
        return _FLAWS.get(self.kind, NO_FLAW)

    def touches(self, operation: str) -> bool:
        """Whether a request for `operation` meets it."""
        if self.kind is FaultKind.RED and operation == "health":
            return True
        is_meant = self.on in ("any", operation)
        return is_meant and (self.kind not in _FLAWS or operation in _READS)


@dataclass(slots=True)
class _Standing(Generic[_Fault]):
    fault: _Fault
    left: int | None
    until: float | None


class Faults(Generic[_Fault]):
    """The faults that stand now; each request meets the first that touches it. Safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._standing: list[_Standing[_Fault]] = []

    def add(self, fault: _Fault) -> None:
        """Switch a fault on."""
        until = None if fault.lasts_s is None else time.monotonic() + fault.lasts_s
        with self._lock:
            self._standing.append(_Standing(fault, fault.count, until))

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._standing.clear()

    def standing(self) -> list[_Fault]:
        """The faults that would still be met, with what is left of their counts."""
        with self._lock:
            self._expire()
            return [replace(one.fault, count=one.left) for one in self._standing]

    def take(self, operation: str) -> _Fault | None:
        """The fault that this request meets; uses up one of its count."""
        with self._lock:
            self._expire()
            for one in self._standing:
                if one.fault.touches(operation):
                    if one.left is not None:
                        one.left -= 1
                    return one.fault
        return None

    def _expire(self) -> None:
        now = time.monotonic()
        self._standing = [
            one
            for one in self._standing
            if (one.left is None or one.left > 0) and (one.until is None or now < one.until)
        ]
