"""Chores and tasks: done once, taken up again, ended in words."""

import pytest

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.simulators.local import LocalIndexer
from lamis.tasks import actions as tasks
from lamis.tasks import queries as task_queries
from lamis.tasks.types import TaskState
from lamis.workers.chores import Chores
from lamis.workers.work import Unfinished, Work, WorkLost
from tests.workers.world import World


def chores_of(world: World) -> Chores:
    chores = Chores(world.runtime, clock=world.clock)
    chores.start()
    return chores


def rhythms_of(world: World) -> list[int]:
    """How often each chore runs, in milliseconds."""
    with world.database.read() as session:
        return [chore.every_ms for chore in task_queries.all_chores(session)]


def test_every_chore_runs_at_the_start_and_then_in_its_rhythm(world: World) -> None:
    chores = chores_of(world)
    rhythms = rhythms_of(world)
    assert chores.look() == len(rhythms)
    assert chores.look() == 0
    world.clock.forward(seconds=61)
    assert chores.look() == sum(every_ms <= 60_000 for every_ms in rhythms)
    world.clock.forward(hours=2)
    assert chores.look() == len(rhythms)
    with world.database.read() as session:
        assert all(chore.error is None for chore in task_queries.all_chores(session))


def test_two_workers_do_a_chore_once(world: World) -> None:
    one, other = chores_of(world), Chores(world.runtime, clock=world.clock)
    with world.database.write() as session:
        first = tasks.claim_chore(session, now=world.clock())
    assert first is not None
    assert one.look() + other.look() == len(rhythms_of(world)) - 1


def test_a_chore_that_fails_says_so_and_comes_again(world: World) -> None:
    chores = chores_of(world)

    def fails(_work: Work) -> None:
        raise RuntimeError("broken")

    chores._chores = dict.fromkeys(chores._chores, fails)
    assert chores.look() == len(rhythms_of(world))
    with world.database.read() as session:
        assert {chore.error for chore in task_queries.all_chores(session)} == {
            "RuntimeError; the log has the details."
        }
    world.clock.forward(hours=2)
    assert chores.look() == len(rhythms_of(world))


@pytest.mark.parametrize("ends", [Unfinished, WorkLost])
def test_work_that_is_cut_short_is_taken_up_again(world: World, ends: type[Exception]) -> None:
    chores = chores_of(world)
    chores.look()

    def stops(_work: Work, _task: object) -> str:
        raise ends

    chores._tasks = {"erase": stops}
    with world.database.write() as session:
        task_id = tasks.ask(
            session, SYSTEM, kind="erase", tenant_key=world.tenant_key, subject={}, now=world.clock()
        )
    assert chores.look() == 0
    chores._tasks = {"erase": lambda _work, _task: "It is done."}
    world.clock.forward(seconds=31)
    assert chores.look() == 1 + sum(every_ms <= 31_000 for every_ms in rhythms_of(world))
    with world.database.read() as session:
        task = task_queries.task_by_id(session, EVERYTHING, task_id)
    assert (task.state, task.message) == (TaskState.DONE, "It is done.")


def test_a_task_that_fails_ends_in_words(world: World, indexer: LocalIndexer) -> None:
    chores = chores_of(world)
    with world.database.write() as session:
        task_id = tasks.ask(
            session, SYSTEM, kind="erase", tenant_key=world.tenant_key, subject={}, now=world.clock()
        )
    chores.look()
    with world.database.read() as session:
        task = task_queries.task_by_id(session, EVERYTHING, task_id)
    assert task.state is TaskState.FAILED
    assert "log" in task.message


def test_stopped_chores_begin_nothing(world: World) -> None:
    chores = chores_of(world)
    chores.stop()
    assert chores.look() == 0
