"""Decisions about notifications."""

import random
from datetime import timedelta

import pytest

from lamis.alerts.types import Severity
from lamis.base.clock import HOUR_MS
from lamis.delivery import rules
from lamis.delivery.rules import Hour
from lamis.delivery.types import DeliveryState, Outcome

LATER = Outcome(is_delivered=False, status=503)
DICE = random.Random(1)


def test_the_receivers_wish_counts_where_it_is_longer() -> None:
    asked = Outcome(is_delivered=False, status=429, retry_after=timedelta(minutes=3))
    assert rules.wait_before(1, asked, dice=DICE) == timedelta(minutes=3)
    soon = Outcome(is_delivered=False, status=429, retry_after=timedelta(seconds=1))
    wait = rules.wait_before(3, soon, dice=DICE)
    assert wait is not None
    assert wait >= timedelta(seconds=96)
    never = Outcome(is_delivered=False, status=429, retry_after=timedelta(days=900))
    wait = rules.wait_before(1, never, dice=DICE)
    assert wait is not None
    assert wait <= timedelta(hours=7.3)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(is_delivered=False, is_permanent=True),
        Outcome(is_delivered=False, is_gone=True),
    ],
)
def test_what_is_final_is_not_tried_again(outcome: Outcome) -> None:
    assert rules.wait_before(1, outcome, dice=DICE) is None


def test_after_the_last_attempt_there_is_none() -> None:
    assert rules.wait_before(rules.TRIES - 1, LATER, dice=DICE) is not None
    assert rules.wait_before(rules.TRIES, LATER, dice=DICE) is None


@pytest.mark.parametrize(
    ("status", "is_permanent"),
    [
        *((final, True) for final in (301, 400, 401, 404, 410, 451)),
        *((later, False) for later in (408, 425, 429, 500, 503, 599)),
    ],
)
def test_which_statuses_are_final(status: int, is_permanent: bool) -> None:
    assert rules.is_permanent(status) is is_permanent


@pytest.mark.parametrize(("status", "is_delivered"), [(199, False), (200, True), (204, True), (300, False)])
def test_two_hundreds_are_deliveries(status: int, is_delivered: bool) -> None:
    assert rules.is_delivered(status) is is_delivered


def test_an_hour_counts_sends_and_then_holds_back() -> None:
    hour = Hour(from_ms=1000)
    hour, first = rules.with_one_more(hour, per_hour=1)
    hour, second = rules.with_one_more(hour, per_hour=1)
    assert (first, second) == (DeliveryState.WAITING, DeliveryState.FOLDED)
    assert hour == Hour(1000, 1, 1)


def test_history_is_held_back_for_the_summary() -> None:
    assert rules.with_one_more(Hour(1), per_hour=2, is_history=True) == (Hour(1, 0, 1), DeliveryState.FOLDED)


@pytest.mark.parametrize(
    ("last_min", "connected_min", "is_old"),
    [(0, 16, True), (0, 15, False), (60, 0, False), (None, 99, False), (0, None, False)],
)
def test_history_ends_a_little_before_its_source_was_connected(
    last_min: int | None, connected_min: int | None, is_old: bool
) -> None:
    last_ms = None if last_min is None else last_min * 60_000
    connected_ms = None if connected_min is None else connected_min * 60_000
    assert rules.is_history(last_ms, connected_ms=connected_ms) is is_old


def test_an_hour_ends_only_when_nothing_is_held_back() -> None:
    assert rules.hour_at(Hour(1000, 5), 1000 + HOUR_MS - 1) == Hour(1000, 5)
    assert rules.hour_at(Hour(1000, 5), 1000 + HOUR_MS) == Hour(1000 + HOUR_MS)
    assert rules.hour_at(Hour(1000, 5, 2), 1000 + HOUR_MS) == Hour(1000, 5, 2)


def test_an_hour_that_lies_in_the_future_is_over() -> None:
    assert rules.hour_at(Hour(2 * HOUR_MS, 5), HOUR_MS) == Hour(HOUR_MS)
    assert rules.hour_at(Hour(2 * HOUR_MS, 5), HOUR_MS + 1) == Hour(2 * HOUR_MS, 5)


def test_a_failing_channel_is_not_told_through_itself_that_channels_fail() -> None:
    def wanted(*, is_failing: bool, rule: str) -> bool:
        return rules.is_wanted(
            "incident.opened",
            Severity.HIGH,
            events=["incident.opened"],
            least=Severity.HIGH,
            is_failing=is_failing,
            rule=rule,
        )

    assert not wanted(is_failing=True, rule=rules.DELIVERIES_RULE)
    assert wanted(is_failing=False, rule=rules.DELIVERIES_RULE)
    assert wanted(is_failing=True, rule="5710")


def test_failing_begins_with_the_third_attempt_or_a_delivery_given_up() -> None:
    assert not rules.is_failing(failures=2, has_given_up=False)
    assert rules.is_failing(failures=3, has_given_up=False)
    assert rules.is_failing(failures=1, has_given_up=True)
