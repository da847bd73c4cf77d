"""Work gives way to people, and goes on all the same."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lamis.storage import precedence
from lamis.storage.precedence import LAPSE_S, Precedence
from tests.engines.waiting import PATIENCE_S


class _Waits(threading.Event):
    """The event that work waits for: notes each wait, and can have them last until the end."""

    def __init__(self) -> None:
        super().__init__()
        self.limits: list[float | None] = []
        self.is_waiting = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.limits.append(timeout)
        self.is_waiting.set()
        return super().wait(PATIENCE_S)


def _watched(now_s: list[float]) -> tuple[Precedence, _Waits]:
    people, waits = Precedence(monotonic=lambda: now_s[0]), _Waits()
    waits.set()
    people._is_free = waits
    return people, waits


@contextmanager
def _working(people: Precedence) -> Iterator[threading.Thread]:
    work = threading.Thread(target=people.give_way, daemon=True)
    work.start()
    yield work
    work.join(PATIENCE_S)
    assert not work.is_alive()


def test_work_goes_on_at_once_where_nobody_waits() -> None:
    people, waits = _watched([0.0])
    people.give_way()
    people.answered(people.asked())
    people.give_way()
    assert waits.limits == []


def test_work_waits_until_the_last_one_has_an_answer() -> None:
    people, waits = _watched([0.0])
    first, second = people.asked(), people.asked()
    with _working(people) as work:
        assert waits.is_waiting.wait(PATIENCE_S)
        people.answered(first)
        assert work.is_alive()
        people.answered(second)


def test_an_answer_told_twice_ends_nobody_elses_wait() -> None:
    people, waits = _watched([0.0])
    first, second = people.asked(), people.asked()
    people.answered(first)
    people.answered(first)
    assert not waits.is_set()
    people.answered(second)
    assert waits.is_set()


def test_work_never_waits_longer_than_its_bound() -> None:
    people = Precedence()
    people.asked()
    people.give_way()  # returns, though nobody is answered
    watched, waits = _watched([0.0])
    number = watched.asked()
    with _working(watched):
        assert waits.is_waiting.wait(PATIENCE_S)
        watched.answered(number)
    assert waits.limits == [precedence.MOST_S]


def test_who_waits_for_something_else_holds_up_no_work() -> None:
    now_s = [0.0]
    people, waits = _watched(now_s)
    slow = people.asked()
    now_s[0] = LAPSE_S
    people.give_way()
    assert waits.limits == []
    new = people.asked()
    with _working(people):
        assert waits.is_waiting.wait(PATIENCE_S)
        people.answered(new)
        people.answered(slow)
