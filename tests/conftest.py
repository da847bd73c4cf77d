"""Fixtures that every folder may ask for: the real engines, the shared sample, the browser."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from argon2 import PasswordHasher
from hypothesis import settings
from playwright.sync_api import BrowserContext
from xdist.remote import Producer

from lamis.base.clock import iso, utc_now
from lamis.people import passwords
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from tests import store
from tests.engines import chromium, parts, postgres, redis, sample
from tests.engines.opensearch import Engine
from tests.engines.scheduling import EnginesTogether

# How long an example takes says nothing: the machine may be busy.
settings.register_profile("lamis", deadline=None)
settings.load_profile("lamis")

_HASHER, _NOBODY = passwords.HASHER, passwords.NOBODY


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> EnginesTogether:
    return EnginesTogether(config, log)


def _start(engine_parts: parts.Parts, paths: pytest.TempPathFactory) -> Iterator[Engine]:
    if reason := parts.why_not(engine_parts):
        pytest.skip(reason)
    engine = Engine(engine_parts, paths.mktemp(f"opensearch-{engine_parts.version}"))
    try:
        engine.start()
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="session")
def opensearch2_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """OpenSearch 2.19 with TLS, passwords and roles, started once; tests ask for `opensearch2`."""
    yield from _start(parts.OPENSEARCH_2, tmp_path_factory)


@pytest.fixture(scope="session")
def opensearch3_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """OpenSearch 3 with TLS, passwords and roles, started once; tests ask for `opensearch3`."""
    yield from _start(parts.OPENSEARCH_3, tmp_path_factory)


@pytest.fixture
def opensearch2(opensearch2_running: Engine) -> Engine:
    """What Wazuh 4.12–4.14 runs on, without any index."""
    opensearch2_running.wipe()
    return opensearch2_running


@pytest.fixture
def opensearch3(opensearch3_running: Engine) -> Engine:
    """What Wazuh 5 runs on, without any index."""
    opensearch3_running.wipe()
    return opensearch3_running


@pytest.fixture(scope="session")
def redis_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.RedisServer]:
    """A Redis of its own for this run; tests ask for `redis_server`."""
    if reason := redis.why_not():
        pytest.skip(reason)
    server = redis.RedisServer(tmp_path_factory.mktemp("redis"))
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL of its own for this process of the run."""
    if reason := postgres.why_not():
        pytest.skip(reason)
    server = postgres.PostgresServer()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def redis_server(redis_running: redis.RedisServer) -> Iterator[redis.RedisServer]:
    """A Redis that runs and is empty; the test may stop it."""
    redis_running.start()
    redis_running.wipe()
    yield redis_running
    redis_running.start()


@pytest.fixture
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere.

    One per test: Playwright keeps an event loop running in its thread, which other tests must not find.
    """
    if reason := chromium.why_not():
        pytest.skip(reason)
    with chromium.open_browser(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture(scope="session")
def shared_alerts() -> list[sample.SharedAlert]:
    """The real Wazuh alerts of the shared sample."""
    try:
        return sample.shared_alerts()
    except FileNotFoundError as absent:
        pytest.skip(f"the shared sample is not here ({absent.filename}); set LAMIS_SHARED to its folder")


@pytest.fixture(scope="session")
def shared_template() -> dict[str, Any]:
    """The official Wazuh 4.x index template of the shared sample."""
    try:
        return sample.shared_template()
    except FileNotFoundError as absent:
        pytest.skip(f"the shared sample is not here ({absent.filename}); set LAMIS_SHARED to its folder")


@pytest.fixture(scope="session")
def store_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    return store.make_template(tmp_path_factory.mktemp("store") / "template.db")


@pytest.fixture
def sqlite_database(store_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite store of the test's own."""
    found = store.copy_of(store_template, tmp_path)
    yield found
    found.close()


@pytest.fixture
def postgres_database(postgres_server: postgres.PostgresServer) -> Iterator[Database]:
    """A migrated, empty PostgreSQL store of the test's own, opened by a role that owns nothing."""
    with postgres_server.migrated() as name:
        found = postgres_server.opened(name)
        yield found
        found.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.engine)])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty store of the test's own, of each kind."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="module")
def indexer() -> Iterator[LocalIndexer]:
    """A simulated indexer with one alert, for the tests of one file; folders may have their own."""
    with LocalIndexer() as running:
        running.add({"@timestamp": iso(utc_now()), "rule": {"id": "5710", "level": 5}, "id": "1.1"})
        yield running


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """One event loop for the requests of all tests, as a server has one for all of its clients'."""
    with start_blocking_portal() as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash as the product does, at the least cost; `real_passwords` brings its own cost back."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", hasher)
        patch.setattr(passwords, "NOBODY", hasher.hash("what nobody typed"))
        yield


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at the product's cost: about a tenth of a second each."""
    monkeypatch.setattr(passwords, "HASHER", _HASHER)
    monkeypatch.setattr(passwords, "NOBODY", _NOBODY)


def pytest_sessionstart() -> None:
    """Look for lost cycles more seldom: a test makes many objects, and nearly none of them in a cycle."""
    gc.set_threshold(20_000, 10, 20)


def pytest_collection_finish() -> None:
    """Tell the garbage collector that what was imported stays; it would look through all of it each time."""
    gc.collect()
    gc.freeze()
