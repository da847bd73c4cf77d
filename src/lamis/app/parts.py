"""What works in a process beside its answers: started together, ended together."""

import threading
import time
from collections.abc import Sequence
from typing import Protocol

STOP_S = 3.0


class Part(Protocol):
    """Something that runs in threads of its own."""

    def start(self) -> None:
        """Start working; returns soon."""
        ...

    def stop(self) -> bool:
        """End soon; False when something hangs: then only the end of the process ends it."""
        ...


def stop_all(parts: Sequence[Part]) -> None:
    """Have all end at the same time, and wait for that three seconds at most."""
    threads = [threading.Thread(target=part.stop, name="stop", daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + STOP_S
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
