"""The firewall that the four variables of the first version ask for."""

import pytest

from lamis.app.firewalls import firewall_of_first_version
from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections.actions import remove_connection
from lamis.connections.endpoints import unseal
from lamis.connections.queries import firewall_row
from lamis.connections.queries_firewalls import firewalls
from lamis.connections.types import HealthWord
from lamis.connections.types_firewall import FirewallInfo
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import create_tenant

SECRET = "s3cr3t-of-the-box"
GIVEN = {
    "OPNSENSE_URL": "https://fw-3.example:8443/",
    "OPNSENSE_API_KEY": "the-key",
    "OPNSENSE_API_SECRET": SECRET,
    "OPNSENSE_ALIAS_NAME": "Blocked",
}


def stored(runtime: Runtime, *, with_removed: bool = False) -> list[FirewallInfo]:
    with runtime.database.read() as session:
        return firewalls(session, EVERYTHING, now=utc_now(), with_removed=with_removed)


def test_it_is_made_once_untested_and_named_after_its_host(runtime: Runtime) -> None:
    told = firewall_of_first_version(runtime, GIVEN)
    assert (
        told
        == "The firewall fw-3.example was made of the OPNSENSE_* variables; it is tested within a minute."
    )
    (made,) = stored(runtime)
    assert (made.name, made.urls, made.alias) == ("fw-3.example", ("https://fw-3.example:8443",), "Blocked")
    assert (made.tenant_name, made.health.word, made.username) == ("Default", HealthWord.WAITING, "the-key")
    with runtime.database.read() as session:
        row = firewall_row(session, EVERYTHING, made.id)
        assert row.may_reach_private
        assert unseal(runtime.keys.vault, row.sealed).password == SECRET
    assert firewall_of_first_version(runtime, GIVEN) is None
    assert len(stored(runtime)) == 1


def test_the_only_tenant_has_it(runtime: Runtime) -> None:
    with runtime.database.write() as session:
        create_tenant(session, SYSTEM, "Acme", now=utc_now())
    firewall_of_first_version(runtime, GIVEN)
    assert [made.tenant_name for made in stored(runtime)] == ["Acme"]


def test_of_several_tenants_none_is_guessed(runtime: Runtime) -> None:
    with runtime.database.write() as session:
        create_tenant(session, SYSTEM, "Acme", now=utc_now())
        create_tenant(session, SYSTEM, "Globex", now=utc_now())
    firewall_of_first_version(runtime, GIVEN)
    assert [made.tenant_name for made in stored(runtime)] == ["Default"]


def test_one_that_was_removed_does_not_come_back(runtime: Runtime) -> None:
    firewall_of_first_version(runtime, GIVEN)
    with runtime.database.write() as session:
        remove_connection(session, SYSTEM, stored(runtime)[0].id, now=utc_now())
    assert firewall_of_first_version(runtime, GIVEN) is None
    assert stored(runtime) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"OPNSENSE_URL": ""}, "OPNSENSE_URL must be set"),
        (
            {"OPNSENSE_API_KEY": " ", "OPNSENSE_API_SECRET": ""},
            "OPNSENSE_API_KEY and OPNSENSE_API_SECRET must be set",
        ),
        ({"OPNSENSE_URL": "http://fw-3.example"}, "OPNSENSE_URL: A firewall is reached by https only"),
        ({"OPNSENSE_URL": "https://[fw"}, "OPNSENSE_URL: "),
        ({"OPNSENSE_ALIAS_NAME": "no-alias"}, "OPNSENSE_ALIAS_NAME: An alias has"),
    ],
)
def test_what_is_wrong_or_missing_is_named_and_nothing_is_shown(
    runtime: Runtime, change: dict[str, str], says: str
) -> None:
    told = firewall_of_first_version(runtime, GIVEN | change)
    assert told is not None
    assert says in told
    assert SECRET not in told
    assert stored(runtime) == []


def test_without_them_nothing_is_said(runtime: Runtime) -> None:
    assert firewall_of_first_version(runtime, {"OPNSENSE_URL": "", "HOME": "/home"}) is None


def test_the_alias_may_be_left_out(runtime: Runtime) -> None:
    firewall_of_first_version(runtime, {k: v for k, v in GIVEN.items() if k != "OPNSENSE_ALIAS_NAME"})
    assert [made.alias for made in stored(runtime)] == ["LAMIS_block"]
