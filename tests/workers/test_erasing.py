"""Erasing goes on where a killed worker left it."""

from datetime import timedelta

import pytest

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import actions
from lamis.simulators.local import LocalIndexer
from lamis.tasks import queries as task_queries
from lamis.tasks.types import ClaimedTask
from lamis.workers.chores import Chores
from lamis.workers.erasing import erase
from lamis.workers.work import Unfinished, Work
from tests.clock import NOON
from tests.workers.world import World, document


@pytest.mark.slow
def test_erasing_goes_on_after_a_stop(world: World, indexer: LocalIndexer) -> None:
    for number in range(1100):
        indexer.add(document(NOON - timedelta(seconds=number), number))
    source = world.connect(indexer)
    world.poll()
    with world.database.write() as session:
        task_id = actions.remove_connection(
            session, SYSTEM, source, erase=True, now=world.clock()
        ).erase_task_id
    assert task_id
    chores = Chores(world.runtime, clock=world.clock)
    chores.start()

    def stopping(work: Work, claimed: ClaimedTask) -> str:
        def once(done: int, total: int | None) -> None:
            work.go_on(done, total)
            raise Unfinished

        return erase(Work(work.runtime, work.clock, work.manifest_of, once), claimed)

    chores._tasks = {"erase": stopping}
    chores.look()
    assert len(world.stored()) == 600
    world.clock.forward(seconds=31)
    chores._tasks = {"erase": erase}
    chores.look()
    assert world.stored() == set()
    with world.database.read() as session:
        assert task_queries.task_by_id(session, EVERYTHING, task_id).done == 1100
