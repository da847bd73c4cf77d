"""Looking at a row the moment it is due, not at the clock's next tick.

A convenience of the process that knows when: what is forgotten here is found by the clock.
"""

import heapq
import threading
import time
from collections.abc import Callable

HORIZON_S = 90.0  # what is due later is left to the clock
_LATE_S = 0.001  # so that the row is due for certain, whose time is in whole milliseconds


class Waker:
    """Calls `look` at the times it was told; `run` keeps one thread, `at` may be called from any."""

    def __init__(self, look: Callable[[], None], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._monotonic = monotonic
        self._turn = threading.Condition()
        self._times: list[float] = []
        self._is_stopped = False

    def after(self, wait_ms: int) -> None:
        """Look in `wait_ms` milliseconds."""
        wait_s = max(0, wait_ms) / 1000
        if wait_s > HORIZON_S:
            return
        with self._turn:
            heapq.heappush(self._times, self._monotonic() + wait_s)
            self._turn.notify()

    def stop(self) -> None:
        with self._turn:
            self._is_stopped = True
            self._turn.notify()

    def run(self) -> None:
        """Look until stopped; times that have passed together are one look."""
        while self._wait():
            self._look()

    def _wait(self) -> bool:
        with self._turn:
            while not self._is_stopped:
                wait_s = self._times[0] - self._monotonic() if self._times else None
                if wait_s is not None and wait_s <= 0:
                    self._forget_passed()
                    return True
                self._turn.wait(None if wait_s is None else wait_s + _LATE_S)
            return False

    def _forget_passed(self) -> None:
        now = self._monotonic()
        while self._times and self._times[0] <= now:
            heapq.heappop(self._times)
