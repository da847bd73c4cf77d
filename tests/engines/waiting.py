"""Waiting on a condition with a deadline, instead of sleeping."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

_PAUSE_S = 0.05
T = TypeVar("T")


def wait_until(condition: Callable[[], T | None], *, timeout_s: float, what: str) -> T:
    """The first true answer of `condition`. Raises TimeoutError naming `what` after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:g} s")
        threading.Event().wait(_PAUSE_S)
    return answer
