"""The tenants pages."""

import pytest

from lamis.base.clock import utc_now
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING, SYSTEM, Role
from lamis.blocking.actions import request_block
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish
from lamis.connections.actions import add_connection
from lamis.connections.drafts import parse_draft
from lamis.connections.models import Connection
from lamis.connections.queries import connections_of
from lamis.connections.types import TestCode, TestResult
from lamis.tenants import queries
from tests.web.site import Site


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    assert site.stranger().get("/tenants").headers["location"] == "/sign-in?next=%2Ftenants"


@pytest.mark.parametrize("role", list(Role))
def test_only_operators_manage_tenants(site: Site, role: Role) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    browser = site.signed_in(site.person("Adam", roles={acme.key: role}))
    assert browser.get("/tenants").status_code == 403
    assert browser.post("/tenants", name="New").status_code == 403
    assert browser.post(f"/tenants/{acme.id}/archive").status_code == 403
    assert browser.post(f"/tenants/{globex.id}/archive").status_code == 404
    assert 'href="/tenants"' not in browser.get("/account").text


def test_a_tenant_is_made_renamed_archived_and_restored(site: Site) -> None:
    browser = site.operator()
    page = browser.follow(browser.post("/tenants", name="Acme"))
    assert "Tenant Acme is made" in page.text
    assert "<title>Tenants · LAMIS</title>" in page.text
    with site.runtime.database.read() as session:
        tenant = queries.tenants(session, EVERYTHING)[0]
    path = f"/tenants/{tenant.id}"
    assert "Acme" in browser.get(path).text
    saved = browser.follow(browser.post(path, name="Acme Ltd", retention_days="30"))
    assert "Tenant Acme Ltd is saved." in saved.text
    assert "30 days" in saved.text
    assert "1 day<" in browser.follow(browser.post(path, name="Acme Ltd", retention_days="1")).text
    assert "Archive Acme Ltd?" in browser.get(f"{path}/archive").text
    assert "is archived" in browser.follow(browser.post(f"{path}/archive")).text
    with site.runtime.database.read() as session:
        assert queries.tenants(session, EVERYTHING) == []
    assert "Restore Acme Ltd" in browser.get(path).text
    assert "is back" in browser.follow(browser.post(f"{path}/restore")).text


def test_archiving_pauses_the_sources_whatever_tenant_is_shown(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    with site.runtime.database.write() as session:
        for tenant in (acme, acme, globex):
            session.add(
                Connection(
                    id=new_id(),
                    tenant_key=tenant.key,
                    kind="wazuh",
                    name="emea",
                    name_folded="emea",
                    urls=[],
                    created_ms=0,
                    changed_ms=0,
                )
            )
    browser = site.operator()
    browser.post("/tenant", tenant=globex.id)
    browser.post(f"/tenants/{acme.id}/archive")
    with site.runtime.database.read() as session:
        assert [each.is_active for each in connections_of(session, EVERYTHING, acme.key)] == [False, False]
        assert [each.is_active for each in connections_of(session, EVERYTHING, globex.key)] == [True]


def test_archiving_says_that_it_lifts_what_is_blocked(site: Site) -> None:
    acme = site.tenant("Acme")
    firewall = {
        "name": "fw-1",
        "kind": "opnsense",
        "url": "https://192.0.2.1",
        "username": "k",
        "password": "p",
    }
    passed = TestResult(TestCode.OK, "It works.", own_networks=())
    with site.runtime.database.write() as session:
        for name, ip, is_active in (("fw_1", "203.0.113.9", True), ("fw_2", "203.0.113.10", False)):
            made = add_connection(
                session, SYSTEM, parse_draft({**firewall, "name": name, "alias": name}), tenant_key=acme.key,
                vault=site.runtime.keys.vault, tested=passed, now=utc_now(),
            )  # fmt: skip
            request_block(
                session, SYSTEM, Wish(parse_network(ip), "Brute force", firewall_ids=(made.id,)),
                tenant_key=acme.key, settings=site.runtime.settings, now=utc_now(),
            )  # fmt: skip
            made.is_active = is_active
    browser = site.operator()
    asked = browser.get(f"/tenants/{acme.id}/archive").text
    assert "<b>2</b> blocks stand" in asked
    assert "<b>fw_2</b> is paused and not told" in asked
    told = browser.follow(browser.post(f"/tenants/{acme.id}/archive")).text
    assert "2 blocks are lifted first." in told
    with site.runtime.database.read() as session:
        states = {each.name: each.is_active for each in connections_of(session, EVERYTHING, acme.key)}
    assert states == {"fw_1": True, "fw_2": False}


def test_a_wrong_name_or_number_keeps_what_was_typed(site: Site) -> None:
    acme = site.tenant("Acme")
    site.tenant("Globex")
    browser = site.operator()
    taken = browser.post("/tenants", name="ACME")
    assert taken.status_code == 409
    assert "a tenant named Acme already" in taken.text
    assert browser.post("/tenants", name=" ").status_code == 422
    assert browser.post(f"/tenants/{acme.id}", name="globex").status_code == 409
    for days in ("0", "4000", "many"):
        page = browser.post(f"/tenants/{acme.id}", name="Renamed", retention_days=days)
        assert page.status_code == 422
        assert f'value="{days}"' in page.text
    with site.runtime.database.read() as session:
        assert queries.tenant_by_id(session, EVERYTHING, acme.id).name == "Acme"


def test_an_empty_installation_says_what_a_tenant_is(site: Site) -> None:
    assert "No tenant yet" in site.operator().get("/tenants").text
