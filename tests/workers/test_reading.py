"""Which window a document belongs to."""

from lamis.alerts.types import Outcome, Verdict
from lamis.base.clock import HOUR_MS
from lamis.connections.tiles import Tile
from lamis.connections.types import HIGHEST, LOWEST, Span
from lamis.workers.reading import Group, Sum

TILES = [Tile(10, 20, key=2), Tile(LOWEST, 10, key=1), Tile(20, HIGHEST, key=3, there=5)]


def test_a_document_belongs_to_the_window_of_its_time() -> None:
    group = Group(TILES)
    assert [group.home(ms)[0].key for ms in (-5, 9, 10, 19, 20, 1 << 50)] == [1, 1, 2, 2, 3, 3]
    assert group.span == Span(None, None)


def test_a_time_beyond_the_read_is_kept_within_it() -> None:
    group = Group([Tile(10, 20, key=1), Tile(20, 30, key=2)])
    assert [group.home(ms)[0].key for ms in (-99, 99)] == [1, 2]
    assert group.span == Span(10, 30)


def test_a_document_without_a_time_belongs_where_most_are_missing() -> None:
    assert Group(TILES).home(None)[0].key == 3
    assert Group([Tile(LOWEST, HIGHEST, undated=True, key=9)]).home(None)[0].key == 9


def test_what_a_page_brought_is_told_by_window_and_hour() -> None:
    group = Group([Tile(0, 2 * HOUR_MS, key=1)])
    brought = group.brought(
        [
            Outcome(Verdict.NEW, 5, 1, is_unreadable=True),
            Outcome(Verdict.KNOWN, HOUR_MS, 2),
            Outcome(Verdict.REFUSED, HOUR_MS + 1, 2),
        ]
    )
    assert group.of(1) == {}
    group.add(brought)
    first, second = brought[1, 0], brought[1, HOUR_MS]
    assert (first.seen, first.new, first.unreadable, second.seen, second.refused) == (1, 1, 1, 2, 1)
    assert {hour: tally.seen for hour, tally in group.of(1).items()} == {0: 1, HOUR_MS: 2}


def test_the_newest_time_is_never_one_of_the_future() -> None:
    total = Sum()
    total.add([Outcome(Verdict.NEW, 5, 1), Outcome(Verdict.NEW, 50, 2)], now_ms=10)
    assert (total.read, total.new, total.newest_ms) == (2, 2, 5)
