"""The tenant switch and the theme."""

import pytest

from lamis.base.scope import Role
from tests.web.site import Site


def test_the_switch_narrows_pages_and_comes_back(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    site.person("Anna", roles={acme.key: Role.VIEWER})
    site.person("Gina", roles={globex.key: Role.VIEWER})
    browser = site.operator()
    answer = browser.post("/tenant", tenant=acme.id, next="/people")
    page = browser.follow(answer)
    assert "Anna" in page.text
    assert "Gina" not in page.text
    browser.post("/tenant", tenant="", next="/people")
    assert "Gina" in browser.get("/people").text


def test_an_address_can_name_the_tenant_for_one_page(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    site.person("Anna", roles={acme.key: Role.VIEWER})
    site.person("Gina", roles={globex.key: Role.VIEWER})
    browser = site.operator()
    assert "Anna" not in browser.get(f"/people?tenant={globex.id}").text
    assert "Anna" in browser.get("/people").text
    browser.post("/tenant", tenant=globex.id)
    assert "Anna" in browser.get("/people?tenant=all").text


def test_the_switch_outranks_the_tenant_named_by_the_address_it_was_used_on(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    answer = site.operator().post("/tenant", tenant=acme.id, next=f"/people?tenant={globex.id}&page=2")
    assert answer.headers["location"] == "/people"


def test_a_foreign_tenant_cannot_be_switched_to(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    assert browser.post("/tenant", tenant=globex.id).status_code == 404
    assert browser.get(f"/people?tenant={globex.id}").status_code == 404
    assert "Globex" not in browser.get("/people").text


def test_a_tenant_that_was_archived_no_longer_narrows(site: Site) -> None:
    acme = site.tenant("Acme")
    site.person("Anna", roles={acme.key: Role.VIEWER})
    browser = site.operator()
    browser.post("/tenant", tenant=acme.id)
    browser.post(f"/tenants/{acme.id}/archive")
    page = browser.get("/people")
    assert page.status_code == 200
    assert "Olga" in page.text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example"])
def test_switching_never_leads_to_another_site(site: Site, target: str) -> None:
    assert site.operator().post("/tenant", tenant="", next=target).headers["location"] == "/"


def test_the_theme_is_kept_where_the_script_can_change_it(site: Site) -> None:
    browser = site.operator()
    answer = browser.post("/theme", theme="dark", next="/account")
    assert "HttpOnly" not in answer.headers["set-cookie"]
    assert 'data-theme="dark"' in browser.follow(answer).text
    browser.post("/theme", theme="nonsense")
    assert "data-theme=" not in browser.get("/account").text
