"""Who goes first in one process: people who wait for an answer before work that nobody waits for.

Python lets one thread work at a time. Beside collectors that translate and store without a pause, each of
the dozens of steps of a page would have to get its turn again.
"""

import threading
import time
from collections.abc import Callable
from itertools import count

MOST_S = 0.025  # of one wait: most answers need less, and work that gives way again and again goes on
LAPSE_S = 0.5  # an answer that takes longer waits for something else: a firewall, a large body


class Precedence:
    """Counts those who wait for an answer; work asks between two small parts whether to give way.

    All methods may be called from any thread. Only `give_way` waits.
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._numbers = count()
        self._asking: dict[int, float] = {}
        self._is_free = threading.Event()
        self._is_free.set()

    def asked(self) -> int:
        """Somebody waits from now on, until `answered` is called with the number returned."""
        with self._lock:
            number = next(self._numbers)
            self._asking[number] = self._monotonic()
            self._is_free.clear()
            return number

    def answered(self, number: int) -> None:
        """They have their answer, or are gone. Safe to repeat."""
        with self._lock:
            self._asking.pop(number, None)
            if not self._asking:
                self._is_free.set()

    def give_way(self) -> None:
        """Wait until nobody waits for an answer, `MOST_S` at most; not at all for those who wait long."""
        if not self._is_free.is_set() and self._is_anyone_new():
            self._is_free.wait(MOST_S)

    def _is_anyone_new(self) -> bool:
        with self._lock:
            newest = next(reversed(self._asking.values()), None)
        return newest is not None and self._monotonic() - newest < LAPSE_S
