"""Health in words, back-off, silence and lost agents."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from lamis.base.clock import DAY_MS
from lamis.connections import rules
from lamis.connections.rules import Facts
from lamis.connections.types import HealthWord, SourceState, TestCode

NOW = 1_772_452_800_000
WELL = Facts(
    state=SourceState.ACTIVE,
    is_identity_in_doubt=False,
    error_code=None,
    error_text=None,
    failures=0,
    failing_since_ms=None,
    last_good_ms=NOW - 5000,
    last_try_ms=NOW - 5000,
    poll_s=10,
)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (WELL, HealthWord.GOOD),
        (replace(WELL, state=SourceState.PAUSED, error_code="busy"), HealthWord.PAUSED),
        (replace(WELL, state=SourceState.REMOVED), HealthWord.REMOVED),
        (replace(WELL, is_identity_in_doubt=True, error_code="identity_changed"), HealthWord.STOPPED),
        (replace(WELL, error_code="timeout", error_text="It took too long."), HealthWord.FAILING),
        (replace(WELL, resting="The disk is full."), HealthWord.RESTING),
        (replace(WELL, last_good_ms=None), HealthWord.WAITING),
        (replace(WELL, last_good_ms=NOW - 10 * 60_000), HealthWord.FAILING),
        (replace(WELL, last_good_ms=NOW - 10 * 60_000, poll_s=3600), HealthWord.GOOD),
        (replace(WELL, window_error="Some hours cannot be read."), HealthWord.FAILING),
        (replace(WELL, silent_since_ms=NOW - DAY_MS), HealthWord.QUIET),
    ],
)
def test_the_worst_of_a_source_is_told(facts: Facts, word: HealthWord) -> None:
    health = rules.health_of(facts, now_ms=NOW)
    assert health.word is word
    assert health.sentence
    assert health.is_good or health.cure


def test_every_code_has_a_cure() -> None:
    assert all(rules.cure_of(code) for code in TestCode)


def test_back_off_grows_with_jitter_and_never_past_a_minute() -> None:
    dice = random.Random(1)
    for failures in range(1, 30):
        waits = {rules.back_off("timeout", failures, retry_after=None, dice=dice) for _ in range(50)}
        assert max(waits) <= timedelta(seconds=min(60, 2**failures))
        assert len(waits) > 10


@pytest.mark.parametrize("code", [TestCode.UNEXPECTED_ANSWER, TestCode.BUSY, TestCode.NOT_AN_INDEXER])
def test_what_answers_badly_is_asked_again_within_fifteen_seconds(code: TestCode) -> None:
    dice = random.Random(1)
    waits = [rules.back_off(code, 30, retry_after=None, dice=dice) for _ in range(50)]
    assert max(waits) <= timedelta(seconds=15)


def test_a_refused_password_rests_five_minutes() -> None:
    dice = random.Random(1)
    assert rules.back_off(TestCode.AUTH_FAILED, 1, retry_after=None, dice=dice) == timedelta(minutes=5)


def test_what_a_source_asks_for_is_honoured_within_limits() -> None:
    dice = random.Random(1)
    asked = timedelta(seconds=90)
    assert rules.back_off("busy", 1, retry_after=asked, dice=dice) == asked
    assert rules.back_off("busy", 1, retry_after=timedelta(days=9), dice=dice) == timedelta(minutes=5)


def rests(failures: int, *, resting: int = 0, is_permanent: bool = False) -> list[float]:
    dice = random.Random(failures)
    return [
        rules.window_back_off(
            failures, resting=resting, is_permanent=is_permanent, retry_after=None, dice=dice
        ).total_seconds()
        for _ in range(200)
    ]


@pytest.mark.parametrize(("failures", "most"), [(1, 2), (2, 4), (3, 8), (4, 15), (5, 15), (99, 15)])
def test_a_window_rests_longer_each_time_up_to_fifteen_seconds(failures: int, most: float) -> None:
    waits = rests(failures)
    assert most / 4 <= min(waits) < max(waits) <= most


def test_a_window_that_a_person_must_cure_rests_up_to_a_minute() -> None:
    waits = rests(1, is_permanent=True)
    assert 15 <= min(waits) < max(waits) <= 60


def test_the_more_windows_rest_the_longer_each_of_them_does() -> None:
    """So many are tried about ten times a minute together, and the first of them soon."""
    for resting in (11, 40):
        waits = rests(4, resting=resting)
        assert min(waits) < 20
        assert 6 < 60 * resting / (sum(waits) / len(waits)) < 12
    assert max(rests(4, resting=5_000)) <= 600
    assert max(rests(3, resting=5_000)) <= 8, "it may fail for another's sake, which is read with it"


def test_what_a_source_asks_for_its_windows_wait_too() -> None:
    asked, dice = timedelta(seconds=90), random.Random(1)
    wait = rules.window_back_off(1, resting=0, is_permanent=False, retry_after=asked, dice=dice)
    assert wait == asked


def test_silence_needs_a_day_of_history() -> None:
    assert rules.gap_p99_ms([NOW + step * 60_000 for step in range(200)]) is None
    assert rules.gap_p99_ms([NOW, NOW + 2 * DAY_MS]) is None
    steady = [NOW + step * 600_000 for step in range(300)]
    assert rules.gap_p99_ms(steady) == 600_000
    assert rules.silent_after_ms(600_000) == 1_800_000
    assert rules.silent_after_ms(1000) == 900_000
    assert rules.silent_after_ms(None) is None


def test_the_usual_silence_of_a_busy_source_is_told_by_its_quarters() -> None:
    assert rules.quiet_p99_ms([]) is None
    assert rules.quiet_p99_ms([7, 7 + 95]) is None, "less than a day"
    assert rules.quiet_p99_ms(list(range(97))) == 0
    days = [day * 96 + quarter for day in range(7) for quarter in range(30, 80)]
    assert rules.quiet_p99_ms(days) == 46 * 900_000, "it sleeps each night"
    once = [quarter for quarter in range(7 * 96) if not 200 <= quarter < 210]
    assert rules.quiet_p99_ms(once) == 0, "it was away once"


@pytest.mark.parametrize(
    ("lost", "known", "is_finding"),
    [(0, 5, False), (1, 5, True), (1, 11, False), (2, 20, True), (3, 900, True), (2, 0, False)],
)
def test_three_agents_or_a_tenth_are_a_finding(lost: int, known: int, is_finding: bool) -> None:
    assert rules.are_agents_lost(lost, known) is is_finding
