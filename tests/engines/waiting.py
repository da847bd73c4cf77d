"""Waiting on a condition with a deadline, instead of sleeping."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 30  # for what comes at once where the machine has nothing else to do
_PAUSE_S = 0.05
T = TypeVar("T")


def wait_until(condition: Callable[[], T | None], *, what: str, timeout_s: float = PATIENCE_S) -> T:
    """The first true answer of `condition`. Raises TimeoutError naming `what` after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:g} s")
        threading.Event().wait(_PAUSE_S)
    return answer
