"""Windows as values: what they know of themselves."""

import pytest

from lamis.base.clock import HOUR_MS
from lamis.connections.tiles import Tally, Tile
from lamis.connections.types import HIGHEST, LOWEST, Span, WindowState

NOON = 1_772_452_800_000


@pytest.mark.parametrize(
    ("there", "mark", "read_there", "read_mark", "differs"),
    [
        (3, 10, 3, 10, False),
        (3, 10, 2, 10, True),
        (3, 11, 3, 10, True),
        (3, 11, 3, None, False),
        (3, None, 3, 10, False),
        (3, 10, None, None, True),
    ],
)
def test_a_window_differs_by_its_number_or_by_its_mark_where_both_are_known(
    there: int, mark: int | None, read_there: int | None, read_mark: int | None, differs: bool
) -> None:
    tile = Tile(NOON, NOON + 1, there=there, read_there=read_there, mark=mark, read_mark=read_mark)
    assert tile.differs is differs


def test_ends_without_a_bound_are_open() -> None:
    assert Tile(LOWEST, NOON).is_open
    assert Tile(NOON, HIGHEST).is_future
    assert not Tile(NOON, NOON + HOUR_MS).is_open
    assert Tile(LOWEST, HIGHEST, undated=True).span == Span(None, None, undated=True)
    assert Tile(NOON, HIGHEST).span == Span(NOON, None)


def test_only_what_spans_more_than_an_hour_is_wide() -> None:
    assert Tile(NOON, NOON + HOUR_MS + 1).is_wide
    assert not Tile(NOON, NOON + HOUR_MS).is_wide


def test_settled_means_that_every_number_agrees() -> None:
    assert Tile(NOON, NOON + 1, WindowState.COMPLETE, 3, 3, 2, 1).is_settled
    assert not Tile(NOON, NOON + 1, WindowState.COMPLETE, 3, 3, 2, 0).is_settled


def test_tallies_add_up() -> None:
    assert (Tally(1, 2, 3, 1) + Tally(1, 1, 1, 0)).seen == 9
