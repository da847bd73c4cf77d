"""The waker: on time, together, and ended at once."""

import threading
from collections.abc import Iterator

import pytest

from lamis.workers.waking import HORIZON_S, Waker
from tests.engines.waiting import PATIENCE_S


class Looks:
    """Counts looks and lets a test wait for the next."""

    def __init__(self) -> None:
        self.n = 0
        self.came = threading.Semaphore(0)

    def look(self) -> None:
        self.n += 1
        self.came.release()


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
def waker(looks: Looks) -> Iterator[Waker]:
    waker = Waker(looks.look)
    thread = threading.Thread(target=waker.run)
    thread.start()
    yield waker
    waker.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_it_looks_when_the_time_has_come(waker: Waker, looks: Looks) -> None:
    waker.after(1)
    assert looks.came.acquire(timeout=PATIENCE_S)


def test_a_sooner_time_is_not_kept_waiting_by_a_later_one(waker: Waker, looks: Looks) -> None:
    waker.after(80_000)
    waker.after(1)
    assert looks.came.acquire(timeout=PATIENCE_S)
    assert looks.n == 1


def test_what_was_due_already_is_looked_at_now(waker: Waker, looks: Looks) -> None:
    waker.after(-5_000)
    assert looks.came.acquire(timeout=PATIENCE_S)


def test_times_that_passed_together_are_one_look() -> None:
    looks, now = Looks(), [0.0]
    waker = Waker(looks.look, monotonic=lambda: now[0])
    for wait_ms in (10, 20, 30):
        waker.after(wait_ms)
    now[0] = 1.0
    thread = threading.Thread(target=waker.run)
    thread.start()
    assert looks.came.acquire(timeout=PATIENCE_S)
    waker.stop()
    thread.join(PATIENCE_S)
    assert looks.n == 1


def test_what_is_far_away_is_left_to_the_clock() -> None:
    looks, now = Looks(), [0.0]
    waker = Waker(looks.look, monotonic=lambda: now[0])
    waker.after(int(HORIZON_S * 1000) + 1)
    waker.after(1)
    now[0] = 10 * HORIZON_S
    thread = threading.Thread(target=waker.run)
    thread.start()
    assert looks.came.acquire(timeout=PATIENCE_S)
    waker.stop()
    thread.join(PATIENCE_S)
    assert looks.n == 1
