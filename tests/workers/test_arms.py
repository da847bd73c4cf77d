"""Open connectors between slices."""

from typing import cast

from lamis.connections.types import AlertSource
from lamis.workers.arms import KEPT_IDLE_MS, Arm, Arms


class Closing:
    """A source that remembers having been closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


def arm(changed_ms: int = 1) -> tuple[Arm, Closing]:
    source = Closing()
    return Arm(cast(AlertSource, source), changed_ms), source


def test_an_arm_serves_one_slice_at_a_time() -> None:
    arms, (one, source) = Arms(), arm()
    arms.give_back(1, one, now_ms=0)
    assert arms.take(1, changed_ms=1) is one
    assert arms.take(1, changed_ms=1) is None
    assert not source.is_closed


def test_an_arm_of_old_settings_is_closed() -> None:
    arms, (one, source) = Arms(), arm()
    arms.give_back(1, one, now_ms=0)
    assert arms.take(1, changed_ms=2) is None
    assert source.is_closed


def test_idle_and_surplus_arms_are_closed() -> None:
    arms, (one, first), (two, second), (three, third) = Arms(), arm(), arm(), arm()
    arms.give_back(1, one, now_ms=0)
    arms.give_back(1, two, now_ms=0)
    assert (first.is_closed, second.is_closed) == (True, False)
    arms.give_back(2, three, now_ms=KEPT_IDLE_MS + 1)
    assert second.is_closed
    arms.close()
    assert third.is_closed
