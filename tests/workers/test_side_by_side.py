"""Many things at the same time, under one claim."""

import threading

import pytest

from lamis.workers.side_by_side import each_side_by_side
from lamis.workers.work import Work, WorkLost
from tests.engines.waiting import PATIENCE_S
from tests.workers.world import World


def work_of(world: World, told: list[tuple[int, int | None]]) -> Work:
    def manifest_of(_kind: str) -> object:
        raise AssertionError

    return Work(world.runtime, world.clock, manifest_of, lambda done, total: told.append((done, total)))  # type: ignore[arg-type]


def test_all_are_done_and_told(world: World) -> None:
    told: list[tuple[int, int | None]] = []
    seen: set[int] = set()
    together = threading.Barrier(3)

    def do(number: int) -> None:
        together.wait(PATIENCE_S)
        seen.add(number)

    each_side_by_side(work_of(world, told), range(3), do, most=3, done=2)
    assert seen == {0, 1, 2}
    assert told[-1] == (5, 5)


def test_nothing_to_do_is_done(world: World) -> None:
    told: list[tuple[int, int | None]] = []
    each_side_by_side(work_of(world, told), [], print, most=3)
    assert told == []


def test_the_first_that_raises_ends_it(world: World) -> None:
    def lose(_number: int) -> None:
        raise WorkLost

    with pytest.raises(WorkLost):
        each_side_by_side(work_of(world, []), range(20), lose, most=1)
