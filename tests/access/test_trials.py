"""Trying connections for a caller, and the tenant they belong to."""

import pytest
from cryptography.fernet import Fernet

from lamis.access.importing import import_connections
from lamis.access.trials import tenant_for, try_draft, try_stored
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.connections.drafts import ConnectionDraft, parse_draft
from lamis.connections.import_file import Entry
from lamis.connections.queries import connection_named
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import archive_tenant, create_tenant
from lamis.tenants.types import TenantInfo
from tests.indexers import way_to


def _keys() -> Keys:
    return Keys(signing="k" * 40, vault=Vault([Fernet.generate_key().decode()]))


@pytest.fixture
def runtime(database: Database) -> Runtime:
    return Runtime(settings=Settings(_env_file=None), database=database, keys=_keys())


@pytest.fixture
def tenants(runtime: Runtime) -> tuple[TenantInfo, TenantInfo]:
    """Acme and Globex."""
    with runtime.database.write() as session:
        return (
            create_tenant(session, SYSTEM, "Acme", now=utc_now()),
            create_tenant(session, SYSTEM, "Globex", now=utc_now()),
        )


@pytest.fixture
def draft(indexer: LocalIndexer) -> ConnectionDraft:
    return parse_draft(
        {
            "name": "acme",
            **way_to(indexer),
        }
    )


def test_the_tenant_may_be_left_out_by_whoever_sees_one(
    runtime: Runtime, tenants: tuple[TenantInfo, TenantInfo]
) -> None:
    anna = Actor(person_id="a", name="anna", roles={tenants[0].key: Role.ADMIN})
    with runtime.database.read() as session:
        assert tenant_for(session, anna, None).name == "Acme"
        assert tenant_for(session, SYSTEM, "globex").name == "Globex"
        assert tenant_for(session, SYSTEM, tenants[1].id).name == "Globex"
        with pytest.raises(Invalid):
            tenant_for(session, SYSTEM, None)
        with pytest.raises(NotFound):
            tenant_for(session, anna, "Globex")


def test_an_archived_tenant_takes_no_connection(
    runtime: Runtime, tenants: tuple[TenantInfo, TenantInfo]
) -> None:
    with runtime.database.write() as session:
        archive_tenant(session, SYSTEM, tenants[0].id, now=utc_now())
        with pytest.raises(Invalid):
            tenant_for(session, SYSTEM, tenants[0].id)


def test_only_an_operator_s_draft_reaches_private_addresses(runtime: Runtime, draft: ConnectionDraft) -> None:
    anna = Actor(person_id="a", name="anna", roles={1: Role.ADMIN})
    assert try_draft(runtime, SYSTEM, draft).code.value == "ok"
    assert try_draft(runtime, anna, draft).code.value == "address_not_allowed"


def test_a_secret_that_cannot_be_decrypted_has_its_code(runtime: Runtime, draft: ConnectionDraft) -> None:
    (made,) = import_connections(runtime, SYSTEM, [Entry("acme", "Acme", draft)])
    assert made.result.is_ok
    with runtime.database.read() as session:
        stored = connection_named(session, EVERYTHING, "acme")
    assert try_stored(runtime, stored).is_ok
    other = Runtime(settings=runtime.settings, database=runtime.database, keys=_keys())
    assert try_stored(other, stored).code.value == "secret_unreadable"
    blank = parse_draft({"name": "acme", "url": stored.urls[0], "username": "reader"})
    assert try_draft(other, SYSTEM, blank, old=stored).code.value == "secret_unreadable"
