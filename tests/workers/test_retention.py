"""Retention and erasing: what is past goes, is not asked again, and the file shrinks."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import actions
from lamis.connections.types import WindowState
from lamis.simulators.local import LocalIndexer
from lamis.tasks import queries as task_queries
from lamis.tasks.types import TaskState
from lamis.tenants.models import Tenant
from lamis.workers.chores import Chores
from tests.clock import NOON
from tests.workers.world import World, document, there


def work_off(world: World) -> None:
    chores = Chores(world.runtime, clock=world.clock)
    chores.start()
    chores.look()


@pytest.mark.slow
def test_alerts_past_retention_go_and_are_not_read_again(world: World, indexer: LocalIndexer) -> None:
    for days in range(6):
        indexer.add(document(NOON - timedelta(days=days, minutes=5), days))
    source = world.connect(indexer, backfill="7d")
    world.poll()
    assert len(world.stored()) == 6
    with world.database.write() as session:
        tenant = session.get(Tenant, world.tenant_key)
        assert tenant is not None
        tenant.retention_days = 30
    for number in range(3):
        indexer.add(document(NOON + timedelta(days=20, minutes=number), 10 + number))
    world.clock.forward(days=27)
    world.poll()
    work_off(world)
    assert len(world.stored()) == 9, "what a back-fill brought stays as long as anything else"
    world.clock.forward(days=4)
    work_off(world)
    assert len(world.stored()) == 3
    world.poll()
    world.poll(hours=13)
    assert len(world.stored()) == 3
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.missing) == (3, 3, 0)
    oldest = min(world.tiles(source), key=lambda tile: (tile.undated, tile.from_ms))
    assert oldest.state is WindowState.NOT_ASKED


@pytest.mark.slow
def test_a_removed_source_keeps_its_alerts_unless_erase_was_asked(
    world: World, indexer: LocalIndexer
) -> None:
    for number in range(1200):
        indexer.add(document(NOON - timedelta(seconds=number), number))
    first = world.connect(indexer)
    world.poll()
    with world.database.write() as session:
        removed = actions.remove_connection(session, SYSTEM, first, now=world.clock())
    assert removed.erase_task_id is None
    work_off(world)
    assert world.stored() == there(indexer)
    second = world.connect(indexer)
    world.poll()
    with world.database.write() as session:
        removed = actions.remove_connection(session, SYSTEM, second, erase=True, now=world.clock())
    work_off(world)
    assert len(world.stored()) == 1200
    assert removed.erase_task_id
    with world.database.read() as session:
        task = task_queries.task_by_id(session, EVERYTHING, removed.erase_task_id)
    assert (task.state, task.done) == (TaskState.DONE, 1200)
    assert task.message == "The 1,200 alerts of “branch” were erased."


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_file_gives_back_the_pages_of_what_went(world: World, indexer: LocalIndexer) -> None:
    for number in range(1500):
        indexer.add(document(NOON - timedelta(seconds=number), number, full_log=f"{number:x} " * 300))
    source = world.connect(indexer)
    world.poll()
    with world.database.write() as session:
        before = pages(session)
        actions.remove_connection(session, SYSTEM, source, erase=True, now=world.clock())
    work_off(world)
    with world.database.write() as session:
        assert pages(session) < before
        assert session.execute(text("PRAGMA freelist_count")).scalar_one() == 0


def pages(session: Session) -> int:
    return int(session.execute(text("PRAGMA page_count")).scalar_one())
