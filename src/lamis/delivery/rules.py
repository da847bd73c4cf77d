"""Decisions about notifications on plain values."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from lamis.alerts.types import Severity
from lamis.base.clock import HOUR_MS, span_ms
from lamis.delivery.types import DeliveryState, Outcome

# How long to wait after the first, second … failed attempt; after the last there is none.
_WAITS_S = (5, 30, 120, 600, 3_600, 21_600)
TRIES = len(_WAITS_S) + 1
_LONGEST = timedelta(hours=6)
_JITTER = 0.2
LONGEST_WAIT_MS = span_ms(_LONGEST * (1 + _JITTER))
_FRESH_MS = 15 * 60_000
FAILING_AFTER = 3
# Longer than any attempt may take, so that nobody else sends meanwhile.
CLAIM_MS = 30_000
_TRANSIENT = frozenset({408, 425, 429})
GONE = 410
DELIVERIES_RULE = "lamis:deliveries"


@dataclass(frozen=True, slots=True)
class Hour:
    """What a channel was sent in its present hour, and how much was held back."""

    from_ms: int = 0
    count: int = 0
    held: int = 0

    def is_over(self, now_ms: int) -> bool:
        """Whether it ended; one that lies wholly in the future is of a clock that went back since."""
        return abs(now_ms - self.from_ms) >= HOUR_MS


def hour_at(hour: Hour, now_ms: int) -> Hour:
    """The hour that counts now. One with something held back stays until its summary was made."""
    return Hour(now_ms) if hour.is_over(now_ms) and not hour.held else hour


def is_history(last_ms: int | None, *, connected_ms: int | None) -> bool:
    """Whether an incident's newest alert is from well before its source was connected: a back-fill."""
    return last_ms is not None and connected_ms is not None and last_ms < connected_ms - _FRESH_MS


def with_one_more(hour: Hour, *, per_hour: int, is_history: bool = False) -> tuple[Hour, DeliveryState]:
    """The hour after one more notification, and whether that one is sent or folded into the summary."""
    if hour.count < per_hour and not is_history:
        return Hour(hour.from_ms, hour.count + 1, hour.held), DeliveryState.WAITING
    return Hour(hour.from_ms, hour.count, hour.held + 1), DeliveryState.FOLDED


def is_wanted(
    kind: str,
    severity: Severity,
    *,
    events: Collection[str],
    least: Severity,
    is_failing: bool,
    rule: str | None,
) -> bool:
    """Whether a channel is told. A failing one is not told through itself that channels fail."""
    if is_failing and rule == DELIVERIES_RULE:
        return False
    return kind in events and severity >= least


def wait_before(tries: int, outcome: Outcome, *, dice: random.Random) -> timedelta | None:
    """How long to wait after `tries` attempts, the last of which failed; None: not tried again.

    What the receiver asks for (Retry-After) counts where it is longer, up to six hours.
    """
    if outcome.is_permanent or outcome.is_gone or tries > len(_WAITS_S):
        return None
    wait = timedelta(seconds=_WAITS_S[tries - 1] * dice.uniform(1 - _JITTER, 1 + _JITTER))
    return min(_LONGEST * (1 + _JITTER), max(wait, outcome.retry_after or wait))


def is_delivered(status: int) -> bool:
    return 200 <= status < 300


def is_permanent(status: int) -> bool:
    """Whether trying again would be in vain: redirects and refusals, but not "later" and server faults."""
    return 300 <= status < 500 and status not in _TRANSIENT


def is_failing(*, failures: int, has_given_up: bool) -> bool:
    """Whether a channel counts as failing: a delivery was given up, or several attempts in a row failed."""
    return has_given_up or failures >= FAILING_AFTER
