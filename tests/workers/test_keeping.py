"""A claim is kept while a long call is under way."""

import threading

import pytest

from lamis.base.errors import Conflict
from lamis.workers.keeping import keeping
from tests.engines.waiting import PATIENCE_S


def test_a_claim_is_renewed_until_the_work_ends() -> None:
    renewed = threading.Semaphore(0)
    with keeping(renewed.release, every_s=0.001) as keeper:
        assert renewed.acquire(timeout=PATIENCE_S)
        assert renewed.acquire(timeout=PATIENCE_S)
        keeper.check()


def test_a_lost_claim_is_told_before_the_next_call() -> None:
    asked = threading.Event()

    def lose() -> None:
        asked.set()
        raise Conflict("Another worker has it.")

    with keeping(lose, every_s=0.001) as keeper:
        assert asked.wait(PATIENCE_S)
        with pytest.raises(Conflict):
            while True:
                keeper.check()


def test_one_failed_renewal_is_not_the_last() -> None:
    calls = threading.Semaphore(0)

    def fail() -> None:
        calls.release()
        raise OSError("disk")

    with keeping(fail, every_s=0.001) as keeper:
        assert calls.acquire(timeout=PATIENCE_S)
        assert calls.acquire(timeout=PATIENCE_S)
        keeper.check()
