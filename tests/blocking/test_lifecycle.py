"""How blocks and receipts go on."""

from datetime import timedelta

import pytest

from lamis.base.errors import AuthFailed, BadAnswer, Invalid, LamisError, Refused, Unreachable
from lamis.blocking.lifecycle import state_after_failure, state_of, wait_ms
from lamis.blocking.types import BlockState, ReceiptState

W, R, A, F, L, G = (
    ReceiptState.WAITING,
    ReceiptState.RETRYING,
    ReceiptState.ACTIVE,
    ReceiptState.FAILED,
    ReceiptState.LIFTING,
    ReceiptState.LIFTED,
)


@pytest.mark.parametrize(
    ("receipts", "state"),
    [
        ([], BlockState.APPLYING),
        ([W], BlockState.REQUESTED),
        ([W, W], BlockState.REQUESTED),
        ([W, R], BlockState.APPLYING),
        ([A, W], BlockState.APPLYING),
        ([A], BlockState.ACTIVE),
        ([A, A], BlockState.ACTIVE),
        ([A, F], BlockState.PARTLY),
        ([F, F], BlockState.FAILED),
        ([F, R], BlockState.APPLYING),
    ],
)
def test_a_wish_is_active_only_when_every_firewall_showed_it(
    receipts: list[ReceiptState], state: BlockState
) -> None:
    assert state_of(receipts, is_wanted=True) is state


@pytest.mark.parametrize(
    ("receipts", "state"),
    [
        ([], BlockState.LIFTED),
        ([L], BlockState.LIFTING),
        ([G, L], BlockState.LIFTING),
        ([G, G], BlockState.LIFTED),
    ],
)
def test_a_lift_is_done_only_when_no_firewall_shows_it(
    receipts: list[ReceiptState], state: BlockState
) -> None:
    assert state_of(receipts, is_wanted=False) is state


def test_tries_come_later_and_later_up_to_a_minute() -> None:
    error = Unreachable("No answer.")
    assert [wait_ms(tries, error) for tries in (1, 2, 3, 4)] == [1000, 2000, 4000, 8000]
    assert wait_ms(50, error) == 60_000


def test_what_was_refused_for_good_is_not_hammered() -> None:
    assert wait_ms(1, AuthFailed("401")) == 300_000
    assert wait_ms(1, Refused("403", permanent=True)) == 300_000
    assert wait_ms(1, Refused("busy", retry_after=timedelta(seconds=7))) == 7000


@pytest.mark.parametrize(
    ("tries", "error", "state"),
    [
        (1, Unreachable("x"), R),
        (4, BadAnswer("x"), R),
        (5, Unreachable("x"), F),
        (1, Refused("x", permanent=True), F),
        (1, Invalid("x"), F),
    ],
)
def test_a_wish_fails_at_once_for_good_reasons_and_else_after_five_tries(
    tries: int, error: LamisError, state: ReceiptState
) -> None:
    assert state_after_failure(tries, error, is_wanted=True) is state


def test_a_lift_is_never_given_up() -> None:
    assert state_after_failure(99, Refused("x", permanent=True), is_wanted=False) is L
