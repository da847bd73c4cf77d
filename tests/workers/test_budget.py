"""The bucket of requests."""

from lamis.connections.models import Connection
from lamis.workers.budget import Budget


def budget_of(connection: Connection | None = None, *, now_ms: int) -> Budget:
    return Budget(connection or Connection(), per_minute=60, now_ms=now_ms)


def test_a_poll_may_take_the_last_token_and_the_rest_keeps_a_reserve() -> None:
    budget = budget_of(now_ms=0)
    budget.spend(46, now_ms=0)
    assert budget.wait_ms(now_ms=0, is_poll=True) == 0
    assert budget.wait_ms(now_ms=0, is_poll=False) == 1001
    assert budget.wait_ms(now_ms=1001, is_poll=False) == 0


def test_a_debt_is_waited_off() -> None:
    budget = budget_of(now_ms=0)
    budget.spend(70, now_ms=0)
    assert budget.wait_ms(now_ms=0, is_poll=True) == 11_001
    assert budget.wait_ms(now_ms=11_001, is_poll=True) == 0


def test_the_bucket_never_holds_more_than_a_minute() -> None:
    budget = budget_of(now_ms=0)
    budget.spend(60, now_ms=10**9)
    assert budget.wait_ms(now_ms=10**9, is_poll=True) == 1001


def test_a_clock_that_went_back_neither_fills_nor_blocks() -> None:
    budget = budget_of(now_ms=10**9)
    budget.spend(60, now_ms=5)
    assert budget.wait_ms(now_ms=5, is_poll=True) == 1001
    assert budget.wait_ms(now_ms=1006, is_poll=True) == 0


def test_whoever_goes_on_has_what_was_left() -> None:
    first = budget_of(now_ms=1000)
    first.spend(59, now_ms=1000)
    second = budget_of(Connection(**first.kept()), now_ms=1000)
    assert second.wait_ms(now_ms=1000, is_poll=True) == 0
    second.spend(1, now_ms=1500)
    third = budget_of(Connection(**second.kept()), now_ms=1500)
    assert third.wait_ms(now_ms=1500, is_poll=True) == 501
    assert third.wait_ms(now_ms=2001, is_poll=True) == 0
