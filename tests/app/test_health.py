"""What the two health addresses say."""

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from lamis.app.health import build_health
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.connections.queries import DISK_STATE
from lamis.storage.engine import Database
from lamis.storage.redis_link import RedisLink
from lamis.storage.runtime import Runtime
from lamis.storage.state import set_state
from tests.engines.node import free_port


@pytest.fixture
def client(database: Database) -> TestClient:
    keys = Keys(signing="s" * 40, vault=Vault(["0" * 43 + "="]))
    return TestClient(build_health(Runtime(settings=Settings(), database=database, keys=keys)))


def test_a_living_process_says_so(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_a_migrated_store_is_ready(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "disk": "ok"},
    }


def test_a_resting_collector_is_told_while_pages_stay_ready(client: TestClient, database: Database) -> None:
    with database.write() as session:
        set_state(session, DISK_STATE, "Collecting rests: 12 MB free.")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["disk"] == "Collecting rests: 12 MB free."


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_store_of_another_version_is_not_ready(client: TestClient, database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert "older" in answer.json()["checks"]["migrations"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_store_that_cannot_be_read_is_not_ready(client: TestClient, database: Database) -> None:
    database.close()
    database.path.write_bytes(b"this is no database" * 500)
    for more in ("-wal", "-shm"):
        database.path.with_name(database.path.name + more).unlink(missing_ok=True)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] != "ok"


def test_redis_counts_where_it_is_used(database: Database) -> None:
    link = RedisLink(f"redis://:hidden@127.0.0.1:{free_port()}/0", mark="m")
    keys = Keys(signing="s" * 40, vault=Vault(["0" * 43 + "="]))
    runtime = Runtime(settings=Settings(), database=database, keys=keys, redis=link)
    client = TestClient(build_health(runtime))
    assert client.get("/readyz").json()["checks"]["redis"] == "ok"
    link.look()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["redis"].startswith("Redis cannot be reached.")
    assert "hidden" not in answer.text
    link.close()
