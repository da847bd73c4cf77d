"""Testing firewalls: what is missing is made where that was asked for, and never by a mere trial."""

from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from lamis.access.firewalls import opener_of, stored_values, try_firewall
from lamis.access.trials import try_draft, try_stored
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid, Refused
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.blocking.types import FirewallOptions
from lamis.connections.actions import add_connection
from lamis.connections.models import Connection
from lamis.connections.queries_firewalls import StoredFirewall, stored_firewall
from lamis.connections.types import Endpoint, TestCode, TestResult
from lamis.connectors.registry import manifest
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import create_tenant
from tests.connections.world import VAULT, firewall_draft
from tests.fakes.firewall import FakeFirewall
from tests.fakes.vendor import install

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ENDPOINT = Endpoint(("https://192.0.2.30",))
OWN = ip_network("198.51.100.1/32")


@pytest.fixture
def runtime(database: Database) -> Runtime:
    return Runtime(
        settings=Settings(_env_file=None), database=database, keys=Keys(signing="k" * 40, vault=VAULT)
    )


def stored(runtime: Runtime, **changes: object) -> StoredFirewall:
    with runtime.database.write() as session:
        tenant = create_tenant(session, SYSTEM, "Acme", now=utc_now())
        row = add_connection(
            session,
            SYSTEM,
            firewall_draft(**changes),
            tenant_key=tenant.key,
            vault=runtime.keys.vault,
            tested=TestResult(TestCode.OK, "It works."),
            now=utc_now(),
        )
        return stored_firewall(session, EVERYTHING, row.id)


def test_a_firewall_that_is_ready_tells_its_own_addresses() -> None:
    fake = FakeFirewall(own=[OWN])
    result = try_firewall(fake, ENDPOINT, FirewallOptions(), is_trial=False, now=NOW)
    assert (result.code, result.own_networks) == (TestCode.OK, ("198.51.100.1/32",))
    assert [name for name, _ in fake.calls] == ["test", "own_networks"]
    assert fake.closed == 1


@pytest.mark.parametrize(("may_create", "code"), [(True, TestCode.OK), (False, TestCode.ALIAS_MISSING)])
def test_what_is_missing_is_made_where_that_was_asked_for(may_create: bool, code: TestCode) -> None:
    fake = FakeFirewall(is_prepared=False)
    options = FirewallOptions(may_create=may_create)
    result = try_firewall(fake, ENDPOINT, options, is_trial=False, now=NOW)
    assert result.code is code
    assert fake.is_prepared is may_create
    assert result.details.get("made") == (["The alias was made."] if may_create else None)


def test_a_trial_makes_nothing_and_says_what_saving_would_make() -> None:
    fake = FakeFirewall(is_prepared=False)
    result = try_firewall(fake, ENDPOINT, FirewallOptions(may_create=True), is_trial=True, now=NOW)
    assert (result.code, fake.is_prepared) == (TestCode.ALIAS_MISSING, False)
    assert "makes what is missing" in str(result.details["warnings"])


def test_own_addresses_that_cannot_be_read_are_a_warning() -> None:
    def refuse(name: str) -> None:
        if name == "own_networks":
            raise Refused("The key may not see the interfaces.", code="privilege_missing")

    result = try_firewall(FakeFirewall(before=refuse), ENDPOINT, FirewallOptions(), is_trial=False, now=NOW)
    assert (result.is_ok, result.own_networks) == (True, None)
    assert "may not see the interfaces" in str(result.details["warnings"])


def test_a_failure_while_making_is_the_result() -> None:
    def refuse(name: str) -> None:
        if name == "prepare":
            raise Refused("The key may not make rules.", code="privilege_missing")

    fake = FakeFirewall(is_prepared=False, before=refuse)
    result = try_firewall(fake, ENDPOINT, FirewallOptions(may_create=True), is_trial=False, now=NOW)
    assert (result.code, result.message) == (TestCode.PRIVILEGE_MISSING, "The key may not make rules.")
    assert fake.closed == 1


def test_a_stored_one_is_opened_with_its_secret_and_its_alias(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch)
    try_stored(runtime, stored(runtime, alias="Ours", may_create=True).connection)
    assert (fake.endpoints[0].username, fake.endpoints[0].password) == ("key", "first-secret")
    assert fake.options == [FirewallOptions("Ours", True)]


def test_a_lost_key_and_a_vendor_without_firewalls_are_named(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch)
    found = stored(runtime)
    other = Vault(["qIqpVU9hJX1tFTQd1L1yDs5yqkzSO2BVBzpRd5uhpcM="])
    strange = Runtime(settings=runtime.settings, database=runtime.database, keys=Keys("k" * 40, other))
    assert try_stored(strange, found.connection).code is TestCode.SECRET_UNREADABLE
    assert fake.opened == 0
    with pytest.raises(Invalid, match="no firewall"):
        opener_of(manifest("wazuh"))


def test_drafts_and_stored_ones_go_to_their_vendor(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch)
    fake.is_prepared = False
    draft = firewall_draft(may_create=True)
    assert try_draft(runtime, SYSTEM, draft, is_trial=True).code is TestCode.ALIAS_MISSING
    assert try_draft(runtime, SYSTEM, draft).code is TestCode.OK
    row: Connection = stored(runtime, may_create=True).connection
    fake.is_prepared = False
    assert try_stored(runtime, row).code is TestCode.ALIAS_MISSING
    assert fake.is_prepared is False


def test_a_new_firewall_needs_its_secret(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch)
    with pytest.raises(Invalid) as wrong:
        try_draft(runtime, SYSTEM, firewall_draft(password=""))
    assert (wrong.value.field, fake.opened) == ("password", 0)


def test_only_an_operators_firewall_may_lie_in_a_private_network(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch)
    try_draft(runtime, SYSTEM, firewall_draft())
    try_draft(runtime, Actor("a", "anna", roles={1: Role.ADMIN}), firewall_draft())
    assert [endpoint.may_reach_private for endpoint in fake.endpoints] == [True, False]


def test_an_edit_starts_from_what_is_stored(runtime: Runtime) -> None:
    values = stored_values(runtime, stored(runtime, alias="Ours").connection)
    assert (values["alias"], values["may_create"], values["kind"]) == ("Ours", False, "opnsense")
    assert "first-secret" not in str(values)
