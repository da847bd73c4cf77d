"""The pools of a process on a real Redis: told by others, alone while it is away, well again after it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.connections import actions
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.storage.redis_bus import RedisBus
from lamis.storage.redis_link import RedisLink
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from lamis.workers.alarms import RedisAlarm
from lamis.workers.brokers import in_redis
from lamis.workers.celery_app import ACT, COLLECT, make_app, send
from lamis.workers.pools import Pools
from tests.clock import Clock
from tests.engines.redis import RedisServer
from tests.engines.waiting import wait_until
from tests.workers.world import World, document, there

pytestmark = [pytest.mark.engine, pytest.mark.slow]


class Process:
    """One process with workers, and the store they share."""

    def __init__(self, database: Database, folder: Path, url: str) -> None:
        settings = Settings(_env_file=None, data_dir=folder, disk_min_mb=0, disk_min_percent=0)
        self.link = RedisLink(url, mark="m")
        self.runtime = Runtime(
            settings=settings, database=database, keys=load_keys(settings), redis=self.link
        )
        self.bus = RedisBus(self.link, database.bus)
        self.pools = Pools(self.runtime, in_redis(self.link), is_alone=False)

    def start(self) -> None:
        self.bus.start()
        self.pools.start()

    def stop(self) -> None:
        assert self.pools.stop()
        assert self.bus.stop()
        self.link.close()


@pytest.fixture
def process(database: Database, tmp_path: Path, redis_server: RedisServer) -> Iterator[Process]:
    found = Process(database, tmp_path, redis_server.url)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def live(process: Process) -> World:
    with process.runtime.database.write() as session:
        tenant = Tenant(id="tenant-1", name="Acme", name_folded="acme", created_ms=0)
        session.add(tenant)
    return World(process.runtime, Clock(utc_now()), process.pools.collector, tenant.key)


def is_drained(link: RedisLink) -> bool:
    return not link.client.llen(f"{link.prefix}{COLLECT}") and not link.client.llen(f"{link.prefix}{ACT}")


def refresh(world: World) -> None:
    with world.database.write() as session:
        actions.ask_refresh(session, SYSTEM)


def has_all(world: World, indexer: LocalIndexer) -> bool:
    return world.stored() == there(indexer)


def test_a_process_without_workers_tells_those_that_have_some(
    live: World, process: Process, indexer: LocalIndexer
) -> None:
    source = live.connect(indexer, poll_s=3600)
    wait_until(lambda: live.connection(source).last_good_ms, what="the first poll")
    indexer.add(document(utc_now(), 1))
    refresh(live)
    RedisAlarm(process.link, make_app("sender", {}, broker=in_redis(process.link)))(COLLECT)
    wait_until(lambda: has_all(live, indexer), what="the alert stored")
    wait_until(lambda: is_drained(process.link), what="the message taken")


def test_a_redis_that_goes_and_comes_back_delays_but_loses_nothing(
    live: World, process: Process, indexer: LocalIndexer, redis_server: RedisServer
) -> None:
    source = live.connect(indexer, poll_s=3600)
    wait_until(lambda: live.connection(source).last_good_ms, what="the first poll")
    redis_server.stop()
    wait_until(lambda: process.link.problem, what="the outage noticed")
    indexer.add(document(utc_now(), 1))
    refresh(live)
    wait_until(lambda: has_all(live, indexer), what="the row found without a message")
    redis_server.start()
    wait_until(lambda: process.link.problem is None, what="the recovery noticed")
    for kind in (COLLECT, ACT):
        send(process.pools.apps[kind], kind)
    wait_until(lambda: is_drained(process.link), what="messages taken again")
    indexer.add(document(utc_now(), 2))
    refresh(live)
    process.pools.alarm(COLLECT)
    wait_until(lambda: has_all(live, indexer), what="the alert stored")


def test_a_redis_that_is_away_at_the_start_is_used_once_it_is_there(
    database: Database, tmp_path: Path, redis_server: RedisServer
) -> None:
    redis_server.stop()
    found = Process(database, tmp_path, redis_server.url)
    found.start()
    assert found.link.problem is not None
    redis_server.start()
    wait_until(lambda: found.link.problem is None, what="Redis found")
    send(found.pools.apps[ACT], ACT)
    wait_until(lambda: is_drained(found.link), what="the message taken")
    found.stop()


def test_a_process_ends_while_redis_is_away(
    database: Database, tmp_path: Path, redis_server: RedisServer
) -> None:
    found = Process(database, tmp_path, redis_server.url)
    found.start()
    redis_server.stop()
    wait_until(lambda: found.link.problem, what="the outage noticed")
    found.stop()


def test_a_start_beside_others_leaves_their_claims_alone(
    live: World, process: Process, indexer: LocalIndexer
) -> None:
    source = live.connect(indexer, poll_s=3600)
    wait_until(lambda: live.connection(source).last_good_ms, what="the first poll")
    before = live.connection(source)
    other = Pools(replace(process.runtime), in_redis(process.link), is_alone=False)
    other.collector.start(is_alone=False)
    other.chores.start(is_alone=False)
    after = live.connection(source)
    assert (after.fence, after.due_ms) == (before.fence, before.due_ms)
