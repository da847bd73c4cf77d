"""Looks that nobody asked for."""

import threading

import pytest

from lamis.base.log import set_up_logging
from lamis.workers.unasked import EVERY_S, Unasked
from tests.engines.waiting import PATIENCE_S, wait_until


class Hands:
    """Monotonic time that a test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Looking:
    """A look that counts, and waits until it may end."""

    def __init__(self, *, is_slow: bool = False) -> None:
        self.began = 0
        self.may_end = threading.Event()
        if not is_slow:
            self.may_end.set()

    def __call__(self) -> None:
        self.began += 1
        self.may_end.wait(PATIENCE_S)


def running(unasked: Unasked) -> threading.Thread:
    thread = threading.Thread(target=unasked.run, daemon=True)
    thread.start()
    return thread


@pytest.mark.slow
def test_what_nobody_asked_for_is_looked_at_after_two_seconds_and_again() -> None:
    hands, look = Hands(), Looking()
    unasked = Unasked({"collect": look}, threads={"collect": 2}, monotonic=hands)
    thread = running(unasked)
    unasked.looks["collect"]()
    assert look.began == 1
    for times in (2, 3):
        hands.now += EVERY_S
        wait_until(lambda times=times: look.began == times, what="a look")
    unasked.stop()
    thread.join(PATIENCE_S)
    hands.now += EVERY_S
    unasked.look_soon("collect")
    unasked.looks["collect"]()
    assert look.began == 3


def test_never_more_threads_look_than_may() -> None:
    look = Looking(is_slow=True)
    unasked = Unasked({"collect": look}, threads={"collect": 2})
    threading.Thread(target=unasked.looks["collect"], daemon=True).start()
    wait_until(lambda: look.began == 1, what="the asked look")
    unasked.look_soon("collect")
    wait_until(lambda: look.began == 2, what="one unasked look")
    before = threading.active_count()
    unasked.look_soon("collect")
    assert threading.active_count() == before
    look.may_end.set()


def test_looks_that_fail_are_told_once_and_tried_again(capfd: pytest.CaptureFixture[str]) -> None:
    errors: list[Exception | None] = [ValueError("away"), ValueError("away"), None, None]

    def look() -> None:
        if error := errors.pop(0):
            raise error

    set_up_logging("info")  # whatever a test before this one wanted to hear
    unasked = Unasked({"act": look}, threads={"act": 1})
    for _ in range(4):
        unasked.looks["act"]()
    assert errors == []
    told = "".join(capfd.readouterr())
    assert told.count("looking for due work fails") == 1
    assert told.count("looking for due work succeeds again") == 1
