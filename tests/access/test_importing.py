"""Importing connections against a simulated indexer."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lamis.access.importing import import_connections
from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.connections.drafts import parse_draft
from lamis.connections.import_file import Entry
from lamis.connections.queries import sources
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import archive_tenant, create_tenant
from tests.indexers import way_to


@pytest.fixture
def alarms() -> list[str]:
    return []


@pytest.fixture
def runtime(database: Database, alarms: list[str], tmp_path: Path) -> Runtime:
    keys = Keys(signing="k" * 40, vault=Vault([Fernet.generate_key().decode()]))
    settings = Settings(_env_file=None, data_dir=tmp_path)
    return Runtime(settings=settings, database=database, keys=keys, alarm=alarms.append)


def _entry(indexer: LocalIndexer, name: str, **change: object) -> Entry:
    values: dict[str, object] = {
        "name": name,
        **way_to(indexer),
    }
    return Entry(name, "Acme", parse_draft(values | change))


def _names(runtime: Runtime) -> list[str]:
    with runtime.database.read() as session:
        return [source.name for source in sources(session, EVERYTHING, now=utc_now())]


def test_the_good_are_stored_and_the_others_named_with_their_code(
    runtime: Runtime, indexer: LocalIndexer, alarms: list[str]
) -> None:
    tested: list[int] = []
    entries = [
        _entry(indexer, "good"),
        _entry(indexer, "wrong password", password="wrong"),
        Entry("unreadable", "Acme", None, "urls: none"),
        _entry(indexer, "strange", ca_pem=None),
    ]
    found = import_connections(runtime, SYSTEM, entries, each=lambda: tested.append(1))
    assert [each.result.code.value for each in found] == ["ok", "auth_failed", "invalid", "tls_not_trusted"]
    assert [each.connection_id is not None for each in found] == [True, False, False, False]
    assert _names(runtime) == ["good"]
    assert len(tested) == 4
    assert alarms == ["collect"]


def test_a_dry_run_tests_and_stores_nothing(runtime: Runtime, indexer: LocalIndexer) -> None:
    (found,) = import_connections(runtime, SYSTEM, [_entry(indexer, "good")], is_dry=True)
    assert found.result.is_ok
    assert found.connection_id is None
    assert _names(runtime) == []


def test_the_same_source_twice_is_refused_by_name(runtime: Runtime, indexer: LocalIndexer) -> None:
    found = import_connections(runtime, SYSTEM, [_entry(indexer, "one"), _entry(indexer, "two")])
    assert [each.result.code.value for each in found] == ["ok", "invalid"]
    assert _names(runtime) == ["one"]


def test_an_admin_imports_into_own_tenants_only(runtime: Runtime, indexer: LocalIndexer) -> None:
    with runtime.database.write() as session:
        acme = create_tenant(session, SYSTEM, "Acme", now=utc_now())
        create_tenant(session, SYSTEM, "Globex", now=utc_now())
    adam = Actor(person_id="adam", name="Adam", roles={acme.key: Role.ADMIN})
    vera = Actor(person_id="vera", name="Vera", roles={acme.key: Role.VIEWER})
    foreign = Entry("foreign", "Globex", _entry(indexer, "foreign").draft)
    made = Entry("new", "Hooli", _entry(indexer, "new").draft)
    before = len(indexer.requests)
    found = import_connections(runtime, adam, [foreign, made])
    assert [each.result.code.value for each in found] == ["invalid", "invalid"]
    assert found[0].result.message == found[1].result.message
    assert import_connections(runtime, vera, [_entry(indexer, "one")])[0].result.code.value == "invalid"
    assert len(indexer.requests) == before
    assert _names(runtime) == []


def test_nothing_is_imported_into_an_archived_tenant(runtime: Runtime, indexer: LocalIndexer) -> None:
    with runtime.database.write() as session:
        acme = create_tenant(session, SYSTEM, "Acme", now=utc_now())
        archive_tenant(session, SYSTEM, acme.id, now=utc_now())
    (found,) = import_connections(runtime, SYSTEM, [_entry(indexer, "one")])
    assert "is archived" in found.result.message
