"""Fetching one ahead: the same items, one at a time, and nothing under way at the end."""

import threading
from collections.abc import Iterator

import pytest

from lamis.workers.ahead import one_ahead
from tests.engines.waiting import PATIENCE_S


class Source:
    """Ten numbers; tells which it was asked for, and by whom."""

    def __init__(self, *, fails_at: int = -1) -> None:
        self.fails_at = fails_at
        self.asked: list[int] = []
        self.askers: set[int] = set()
        self.came = [threading.Event() for _ in range(10)]

    def items(self) -> Iterator[int]:
        for number in range(1, 10):
            self.asked.append(number)
            self.askers.add(threading.get_ident())
            self.came[number].set()
            if number == self.fails_at:
                raise ValueError("no more")
            yield number


def test_items_come_in_their_order_by_one_thread() -> None:
    source = Source()
    with one_ahead(source.items()) as items:
        assert list(items) == list(range(1, 10))
    assert len(source.askers) == 1


def test_nothing_is_nothing() -> None:
    nothing: list[int] = []
    with one_ahead(iter(nothing)) as items:
        assert list(items) == []


def test_the_next_is_fetched_while_one_is_worked_on_and_no_more() -> None:
    source = Source()
    with one_ahead(source.items()) as items:
        assert next(items) == 1
        assert source.came[2].wait(PATIENCE_S)
        assert next(items) == 2
        assert source.came[3].wait(PATIENCE_S)
    assert source.asked == [1, 2, 3]


def test_an_error_comes_in_its_place() -> None:
    source, seen = Source(fails_at=3), []
    with pytest.raises(ValueError, match="no more"), one_ahead(source.items()) as items:
        for number in items:
            seen.append(number)
    assert seen == [1, 2]


def test_whoever_stops_waits_for_the_fetch_under_way() -> None:
    may_go_on, is_over = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        yield 1
        assert may_go_on.wait(PATIENCE_S)
        is_over.set()
        yield 2

    def stop() -> None:
        with one_ahead(slow()) as items:
            next(items)
            threading.Timer(0, may_go_on.set).start()
            raise KeyError

    with pytest.raises(KeyError):
        stop()
    assert is_over.is_set()
