"""The bucket of requests."""

from lamis.workers.budget import Budget


def test_a_poll_may_take_the_last_token_and_the_rest_keeps_a_reserve() -> None:
    budget = Budget(60, now_ms=0)
    budget.spend(46, now_ms=0)
    assert budget.wait_ms(now_ms=0, is_poll=True) == 0
    assert budget.wait_ms(now_ms=0, is_poll=False) == 1001
    assert budget.wait_ms(now_ms=1001, is_poll=False) == 0


def test_a_debt_is_waited_off() -> None:
    budget = Budget(60, now_ms=0)
    budget.spend(70, now_ms=0)
    assert budget.wait_ms(now_ms=0, is_poll=True) == 11_001
    assert budget.wait_ms(now_ms=11_001, is_poll=True) == 0


def test_the_bucket_never_holds_more_than_a_minute() -> None:
    budget = Budget(60, now_ms=0)
    budget.spend(60, now_ms=10**9)
    assert budget.wait_ms(now_ms=10**9, is_poll=True) == 1001


def test_a_clock_that_went_back_neither_fills_nor_blocks() -> None:
    budget = Budget(60, now_ms=10**9)
    budget.spend(60, now_ms=5)
    assert budget.wait_ms(now_ms=5, is_poll=True) == 1001
    assert budget.wait_ms(now_ms=1006, is_poll=True) == 0
