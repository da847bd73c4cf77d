"""`lamis web`, `worker` and `scheduler` as processes on PostgreSQL and Redis: killed, cut off, and ended."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from lamis.access.tokens import make_token
from lamis.base.clock import utc_now
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.people import actions as people
from lamis.people.queries import token_epoch
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from lamis.storage import leases
from lamis.storage.redis_link import RedisLink
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from tests.app.process import answers, free_port, lamis, running, wait_for
from tests.clock import Clock
from tests.engines.postgres import OWNER, SERVING, PostgresServer
from tests.engines.redis import RedisServer
from tests.workers.world import World, document, there

pytestmark = [pytest.mark.engine, pytest.mark.slow]
LONG_S = 90.0  # on a machine that does much else
END_S = 10.0


@dataclass
class Cluster:
    """An installation of several processes, and a runtime of the test's own on the same store."""

    folder: Path
    variables: dict[str, str]
    runtime: Runtime
    world: World
    stack: ExitStack
    ports: dict[str, int] = field(default_factory=dict)

    def start(self, duty: str, name: str) -> subprocess.Popen[str]:
        """Start a process and wait until it is ready."""
        port = self.ports[name] = free_port()
        option = "--port" if duty in {"web", "up"} else "--health-port"
        command = running(duty, option, str(port), data_dir=self.folder / "data", **self.variables)
        process = self.stack.enter_context(command)
        wait_for(lambda: self.is_ready(name), within_s=LONG_S)
        return process

    def url(self, name: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}{path}"

    def is_ready(self, name: str) -> bool:
        return answers(self.url(name, "/readyz"))

    def token(self) -> str:
        """An operator's."""
        with self.runtime.database.write() as session:
            person = people.create_operator(session, name="olga", password="correct horse", now=utc_now())
            epoch = token_epoch(session, person)
        assert epoch is not None
        return make_token(self.runtime, person, epoch=epoch, now=utc_now())[0]


@pytest.fixture
def cluster(postgres_server: PostgresServer, redis_server: RedisServer, tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        name = stack.enter_context(postgres_server.migrated())
        variables = {
            "LAMIS_DATABASE_URL": postgres_server.url(SERVING, name),
            "LAMIS_REDIS_URL": redis_server.url,
            "LAMIS_COLLECT_THREADS": "3",
        }
        settings = Settings(_env_file=None, data_dir=tmp_path / "data", redis_url=redis_server.url)
        database = postgres_server.opened(name)
        stack.callback(database.close)
        runtime = Runtime(settings=settings, database=database, keys=load_keys(settings))
        with database.write() as session:
            tenant = Tenant(id="tenant-1", name="Acme", name_folded="acme", created_ms=0)
            session.add(tenant)
        world = World(runtime, Clock(utc_now()), None, tenant.key)  # type: ignore[arg-type]
        yield Cluster(tmp_path, variables, runtime, world, stack)


@pytest.fixture
def indexer() -> Iterator[LocalIndexer]:
    with LocalIndexer() as found:
        yield found


def test_processes_share_the_work_and_outlive_redis(
    cluster: Cluster, indexer: LocalIndexer, redis_server: RedisServer
) -> None:
    cluster.start("scheduler", "scheduler")
    cluster.start("worker", "worker")
    cluster.start("web", "one")
    ended = cluster.start("web", "two")
    world, token = cluster.world, cluster.token()
    source = world.connect(indexer, poll_s=3600)
    wait_for(lambda: bool(world.connection(source).last_good_ms), within_s=LONG_S)

    def refresh(name: str, number: int) -> None:
        indexer.add(document(utc_now(), number))
        header = {"Authorization": f"Bearer {token}"}
        answer = httpx.post(cluster.url(name, "/api/system/refresh"), headers=header, trust_env=False)
        assert answer.status_code == 202, answer.text

    def told() -> list[str]:
        while (said := json.loads(socket.recv(timeout=LONG_S)))["type"] != "alerts":
            pass
        return [row["id"] for row in said["alerts"]]

    with connect(cluster.url("two", f"/api/v2/ws?token={token}").replace("http", "ws"), proxy=None) as socket:
        socket.send(json.dumps({"action": "subscribe", "type": "alerts"}))
        assert told() == []
        refresh("one", 1)
        assert len(told()) == 1
        redis_server.stop()
        for name in cluster.ports:
            wait_for(lambda name=name: not cluster.is_ready(name))
        reason = httpx.get(cluster.url("one", "/readyz"), trust_env=False).json()["checks"]["redis"]
        assert reason.startswith("Redis cannot be reached")
        refresh("one", 2)
        assert len(told()) == 1
        redis_server.start()
        for name in cluster.ports:
            wait_for(lambda name=name: cluster.is_ready(name))
        refresh("one", 3)
        assert len(told()) == 1
    indexer.add(document(utc_now(), 4))
    link = RedisLink(redis_server.url, mark="any")

    def ask() -> bool:
        link.client.publish("lamis:control", "REFRESH_DATA")
        return world.stored() == there(indexer)

    wait_for(ask, within_s=LONG_S)
    link.close()
    ended.send_signal(signal.SIGTERM)
    assert ended.wait(timeout=END_S) == 0


def test_what_a_killed_worker_and_a_killed_scheduler_did_others_take_up(
    cluster: Cluster, indexer: LocalIndexer
) -> None:
    first = cluster.start("scheduler", "first scheduler")
    wait_for(lambda: is_ticking(cluster))
    killed = cluster.start("worker", "killed")
    world = cluster.world
    indexer.fault(FaultKind.HANG, lasts_s=5)
    indexer.add(document(utc_now(), 1))
    source = world.connect(indexer, poll_s=1)
    wait_for(lambda: world.connection(source).claimed_until_ms > 0, within_s=LONG_S)
    killed.kill()
    first.kill()
    cluster.start("scheduler", "second scheduler")
    other = cluster.start("worker", "other")
    wait_for(lambda: world.stored() == there(indexer), within_s=LONG_S)
    wait_for(lambda: is_ticking(cluster), within_s=LONG_S)
    other.send_signal(signal.SIGTERM)
    assert other.wait(timeout=END_S) == 0


def is_ticking(cluster: Cluster) -> bool:
    with cluster.runtime.database.read() as session:
        return leases.is_held(session, leases.SCHEDULER, now=utc_now())


def test_all_in_one_runs_beside_others_and_alone_is_refused(cluster: Cluster, indexer: LocalIndexer) -> None:
    cluster.start("up", "everything")
    cluster.start("worker", "worker")
    indexer.add(document(utc_now(), 1))
    cluster.world.connect(indexer, poll_s=1)
    wait_for(lambda: cluster.world.stored() == there(indexer), within_s=LONG_S)
    alone = {name: value for name, value in cluster.variables.items() if name != "LAMIS_REDIS_URL"}
    refused = lamis("up", "--port", str(free_port()), data_dir=cluster.folder / "data", **alone)
    assert refused.returncode == 1
    assert "already serves" in refused.stderr
    apart = lamis("worker", data_dir=cluster.folder / "data", **alone)
    assert apart.returncode == 2
    assert "needs PostgreSQL and Redis" in apart.stderr


def test_a_database_that_is_not_migrated_stops_each_with_a_sentence(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with postgres_server.empty() as name:
        variables = {
            "LAMIS_DATABASE_URL": postgres_server.url(SERVING, name),
            "LAMIS_REDIS_URL": "redis://127.0.0.1:1/0",
        }
        found = lamis("worker", data_dir=tmp_path / "data", **variables)
        assert found.returncode == 1
        assert "LAMIS_DATABASE_OWNER_URL" in found.stderr
        owned = variables | {"LAMIS_DATABASE_OWNER_URL": postgres_server.url(OWNER, name)}
        assert lamis("migrate", data_dir=tmp_path / "data", **owned).returncode == 0
