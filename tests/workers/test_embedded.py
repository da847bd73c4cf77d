"""Celery in threads of the process: looking at once, hanging sources, stopping in time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.connections import actions
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from lamis.workers.embedded import Embedded
from tests.clock import Clock
from tests.engines.waiting import wait_until
from tests.workers.world import World, document, there

pytestmark = pytest.mark.slow


@pytest.fixture
def live(database: Database, tmp_path: Path) -> Iterator[World]:
    """A world with the clock of the machine and running workers."""
    settings = Settings(data_dir=tmp_path, disk_min_mb=0, disk_min_percent=0)
    runtime = Runtime(settings=settings, database=database, keys=load_keys(settings))
    with database.write() as session:
        tenant = Tenant(id="tenant-1", name="Acme", name_folded="acme", created_ms=0)
        session.add(tenant)
    workers = Embedded(runtime)
    world = World(runtime, Clock(utc_now()), workers.collector, tenant.key)
    workers.start()
    yield world
    assert workers.stop()


def refresh(world: World) -> None:
    with world.database.write() as session:
        actions.ask_refresh(session, SYSTEM)


def test_a_new_source_is_collected_by_itself(live: World, indexer: LocalIndexer) -> None:
    indexer.add(document(utc_now(), 1))
    live.connect(indexer)
    wait_until(lambda: live.stored() == there(indexer), what="the alert is stored")


def test_a_refresh_without_a_message_is_found_by_the_clock(live: World, indexer: LocalIndexer) -> None:
    source = live.connect(indexer, poll_s=3600)
    wait_until(lambda: live.connection(source).last_good_ms, what="it was polled first")
    indexer.add(document(utc_now(), 1))
    refresh(live)
    wait_until(lambda: live.stored() == there(indexer), what="the alert is stored")


def test_a_source_that_hangs_delays_no_other(live: World, indexer: LocalIndexer) -> None:
    with LocalIndexer(certificates=indexer.certificates) as hung:
        hung.fault(FaultKind.HANG, lasts_s=60)
        stuck = live.connect(hung, name="hung")
        wait_until(lambda: live.connection(stuck).claimed_until_ms, what="the hanging one is worked on")
        source = live.connect(indexer, poll_s=1)
        for number in range(3):
            indexer.add(document(utc_now(), number))
            wait_until(lambda: live.stored() == there(indexer), what="the other goes on")
        assert live.connection(source).last_good_ms
        assert live.connection(stuck).last_good_ms is None
        hung.stop()
