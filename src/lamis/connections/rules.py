"""Decisions about sources: health in words, back-off, and when silence or lost agents are a finding. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from lamis.base.clock import DAY_MS, QUARTER_MS
from lamis.connections.tiles import ALONE_AFTER
from lamis.connections.types import (
    Health,
    HealthWord,
    Source,
    SourceState,
    StatusWord,
    SystemStatus,
    TestCode,
)

BACK_OFF_MOST_S = 60
AUTH_BACK_OFF_S = 300
SOON_AGAIN_S = 15
# Windows that rest share about ten tries a minute: what can be read keeps most of the requests.
WINDOW_TURN_S = 12
WINDOW_TURNS_MOST_S = 600
CLAIM_MS = 12_000  # renewed four times in it: after a kill the source waits no longer than this
SILENT_LEAST_MS = 15 * 60_000
_CURES: dict[str, str] = {
    TestCode.AUTH_FAILED: "Enter the user name and password again; it is tried again every five minutes.",
    TestCode.NOT_ALLOWED: "Give the user read access to the index pattern of this source.",
    TestCode.TLS_NOT_TRUSTED: "Edit the source: give its CA certificate, or pin the checked fingerprint.",
    TestCode.UNREACHABLE: "Check that the indexer runs and that its port can be reached from here.",
    TestCode.TIMEOUT: "Check the load of the indexer and the network; reading goes on by itself.",
    TestCode.NOT_AN_INDEXER: "Check the address: the port of the indexer is usually 9200.",
    TestCode.NO_INDEX: "Check the index pattern of this source.",
    TestCode.CLOCK_SKEW: "Set the clocks of both machines by NTP.",
    TestCode.SECRET_UNREADABLE: "Edit the source and enter its password again.",
    TestCode.IDENTITY_CHANGED: "Review the source: accept the new deployment, or correct the address.",
    TestCode.BUSY: "The indexer is overloaded or not ready; reading goes on by itself, in smaller pages. "
    "Where it lasts, look at the indexer's health.",
    TestCode.NOT_REACHABLE_BY_YOU: "Ask an operator to make this connection: it leads into a private network",
}
_PASSING = frozenset({TestCode.UNEXPECTED_ANSWER, TestCode.BUSY, TestCode.NOT_AN_INDEXER})
_OTHER_CURE = "Look at the message and the indexer's log; reading is tried again by itself."


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides how a source fares."""

    state: SourceState
    is_identity_in_doubt: bool
    error_code: str | None
    error_text: str | None
    failures: int
    failing_since_ms: int | None
    last_good_ms: int | None
    last_try_ms: int | None
    poll_s: int
    resting: str | None = None
    silent_since_ms: int | None = None
    window_error: str | None = None


def cure_of(code: str | None) -> str:
    """What to do about a failure with that code."""
    return _CURES.get(code or "", _OTHER_CURE)


def health_of(facts: Facts, *, now_ms: int) -> Health:
    """How a source fares, the worst first."""
    if facts.state is SourceState.REMOVED:
        return Health(HealthWord.REMOVED, "This source was removed; its alerts stay.")
    if facts.state is SourceState.PAUSED:
        return Health(HealthWord.PAUSED, "Collecting is paused.", "Resume it to read what came meanwhile.")
    if facts.is_identity_in_doubt:
        text = facts.error_text or "Another deployment answers at this address; collecting has stopped."
        return Health(HealthWord.STOPPED, text, cure_of(TestCode.IDENTITY_CHANGED))
    if facts.error_code:
        return Health(HealthWord.FAILING, facts.error_text or "It fails.", cure_of(facts.error_code))
    if facts.resting:
        return Health(HealthWord.RESTING, facts.resting, "Lower LAMIS_DISK_MIN_MB where less is enough.")
    if facts.last_good_ms is None:
        return Health(HealthWord.WAITING, "It was not read yet.")
    if now_ms - facts.last_good_ms > max(120_000, 3_000 * facts.poll_s):
        return Health(
            HealthWord.FAILING, "It has not been read for some time.", "Check that the workers of LAMIS run."
        )
    if facts.window_error:
        return Health(
            HealthWord.FAILING, facts.window_error, "See its ledger; reading is tried again by itself."
        )
    if facts.silent_since_ms is not None:
        return Health(
            HealthWord.QUIET, "It answers, but sends no new alerts.", "Check the manager and Filebeat there."
        )
    return Health(HealthWord.GOOD, "It is read in time.")


def status_of(sources: Sequence[Source], *, resting: str | None) -> SystemStatus:
    """The system status over the sources that somebody sees."""
    active = [source for source in sources if source.state is SourceState.ACTIVE]
    if not active:
        return SystemStatus(StatusWord.NONE, 0, 0, resting=resting)
    order = (HealthWord.STOPPED, HealthWord.FAILING, HealthWord.RESTING, HealthWord.QUIET)
    troubled = [source for source in active if not source.health.is_good]
    troubled.sort(key=lambda source: (order.index(source.health.word), source.name))
    word = StatusWord.ERROR if troubled or resting else StatusWord.PROTECTED
    return SystemStatus(word, len(active), len(active) - len(troubled), tuple(troubled), resting)


def back_off(code: str, failures: int, *, retry_after: timedelta | None, dice: random.Random) -> timedelta:
    """How long a source rests after its `failures`-th failure in a row (from 1), with full jitter.

    A refused password is not hammered, what only a person can cure is not hurried, and what answers, but
    badly, is asked again soon. What the source asks for is honoured up to five minutes.
    """
    if code in {TestCode.AUTH_FAILED, TestCode.SECRET_UNREADABLE, TestCode.INVALID}:
        return timedelta(seconds=AUTH_BACK_OFF_S)
    longest = SOON_AGAIN_S if code in _PASSING else BACK_OFF_MOST_S
    most = min(longest, 2.0 ** min(failures, 10))
    chosen = timedelta(seconds=dice.uniform(most / 4, most))
    return max(chosen, honoured(retry_after))


def window_back_off(
    failures: int, *, resting: int, is_permanent: bool, retry_after: timedelta | None, dice: random.Random
) -> timedelta:
    """How long a window rests whose own reading failed `failures` times in a row (from 1), with full jitter.

    A source that answers badly now and then is soon asked again: after 2 s, doubled up to 15; after a
    minute where only a person can cure it. Those that failed alone too take turns with the others of the
    `resting` windows of their source.
    """
    most = BACK_OFF_MOST_S if is_permanent else min(SOON_AGAIN_S, 2.0 ** min(failures, 10))
    own = timedelta(seconds=dice.uniform(most / 4, most))
    others = max(0, resting - 1) if failures > ALONE_AFTER else 0
    turns = min(WINDOW_TURNS_MOST_S, WINDOW_TURN_S * others)
    return max(own, timedelta(seconds=dice.uniform(0, turns)), honoured(retry_after))


def honoured(retry_after: timedelta | None) -> timedelta:
    """How much of what a source asks to wait is waited: up to five minutes."""
    return min(retry_after or timedelta(), timedelta(seconds=AUTH_BACK_OFF_S))


def gap_p99_ms(times_ms: Sequence[int]) -> int | None:
    """The 99th percentile of the gaps between arrivals (any order); None below 100 of them or a day."""
    if len(times_ms) < 100:
        return None
    ordered = sorted(times_ms)
    if ordered[-1] - ordered[0] < DAY_MS:
        return None
    return _p99([b - a for a, b in pairwise(ordered)])


def quiet_p99_ms(quarters: Sequence[int]) -> int | None:
    """The 99th percentile of the time without arrivals, of a source of so many that all cannot be looked at.

    `quarters` of an hour are those with arrivals, ascending; None where they span less than a day.
    """
    if not quarters or (quarters[-1] - quarters[0]) * QUARTER_MS < DAY_MS:
        return None
    return _p99([(b - a - 1) * QUARTER_MS for a, b in pairwise(quarters)])


def _p99(gaps: Sequence[int]) -> int:
    return sorted(gaps)[len(gaps) * 99 // 100]


def silent_after_ms(gap_ms: int | None) -> int | None:
    """How long without a new document is *silent*; None where there is too little history to say."""
    return None if gap_ms is None else max(SILENT_LEAST_MS, 3 * gap_ms)


def are_agents_lost(lost: int, known: int) -> bool:
    """Whether `lost` of `known` agents in 15 minutes is a finding: 3 of them, or a tenth."""
    return lost >= 3 or (lost > 0 and known > 0 and lost * 10 >= known)
