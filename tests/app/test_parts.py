"""Parts end together, and none holds the end for long."""

import threading

import pytest

from lamis.app import parts
from lamis.app.parts import stop_all


class Counting:
    """A part that ends once all of its fellows are asked to."""

    def __init__(self, together: threading.Barrier) -> None:
        self._together = together
        self.is_stopped = False

    def start(self) -> None:
        self.is_stopped = False

    def stop(self) -> bool:
        self._together.wait(parts.STOP_S)
        self.is_stopped = True
        return True


class Hanging:
    def start(self) -> None:
        """It hangs at its end only."""

    def stop(self) -> bool:
        return threading.Event().wait(60)


def test_all_are_asked_to_end_at_the_same_time() -> None:
    together = threading.Barrier(3)
    found = [Counting(together) for _ in range(3)]
    stop_all(found)
    assert all(part.is_stopped for part in found)


@pytest.mark.slow
def test_one_that_hangs_is_left_behind() -> None:
    counting = Counting(threading.Barrier(1))
    stop_all([Hanging(), counting])
    assert counting.is_stopped
