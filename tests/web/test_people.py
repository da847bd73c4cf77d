"""The people pages: who may what, and what is refused."""

import re

import pytest

from lamis.base.scope import EVERYTHING, Role
from lamis.people import queries
from lamis.people.types import PersonInfo
from tests.web.site import PASSWORD, Site, unmasked

HOSTILE = '"><script>alert(1)</script>'


def person_of(site: Site, person_id: str) -> PersonInfo:
    with site.runtime.database.read() as session:
        return queries.person_by_id(session, EVERYTHING, person_id)


@pytest.mark.parametrize("path", ["/people", "/people/add", "/people/x", "/people/x/remove"])
def test_strangers_are_led_to_the_sign_in(site: Site, path: str) -> None:
    site.person("Olga", is_operator=True)
    assert site.stranger().get(path).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_those_who_only_look_have_no_people_page(site: Site, role: Role) -> None:
    acme = site.tenant("Acme")
    browser = site.signed_in(site.person("Vera", roles={acme.key: role}))
    assert browser.get("/people").status_code == 403
    assert browser.get("/people/add").status_code == 403
    assert 'href="/people"' not in browser.get("/account").text
    answer = browser.post("/people/add", name="Mallory", role="admin", tenant=acme.id)
    assert answer.status_code == 403


def test_an_operator_adds_somebody_and_sees_the_link_once(site: Site) -> None:
    acme = site.tenant("Acme")
    browser = site.operator()
    browser.get("/people/add")
    page = browser.post("/people/add", name="Petra", role="analyst", tenant=acme.id)
    assert page.status_code == 200
    link = re.search(r"http://127\.0\.0\.1:8000(/password/[\w-]+)", page.text)
    assert link
    listing = browser.get("/people")
    assert "Petra" in listing.text
    assert "has not chosen a password yet" in listing.text
    assert "/password/" not in listing.text
    assert 'aria-current="page"' in listing.text
    petra = site.stranger()
    petra.get(link.group(1))
    answer = petra.post(link.group(1), password=PASSWORD, password_again=PASSWORD)
    assert answer.headers["location"] == "/"


def test_a_name_that_exists_is_refused_and_kept_on_the_form(site: Site) -> None:
    browser = site.operator()
    browser.get("/people/add")
    page = browser.post("/people/add", name="OLGA", role="operator")
    assert page.status_code == 409
    assert "a person named OLGA already" in page.text
    assert 'value="OLGA"' in page.text


def test_an_admin_sees_and_adds_only_members_of_own_tenants(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    site.person("Gina", roles={globex.key: Role.VIEWER})
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    page = browser.get("/people")
    assert "Adam" in page.text
    assert "Gina" not in page.text
    assert "Globex" not in browser.get("/people/add").text
    assert browser.post("/people/add", name="New", role="viewer", tenant=globex.id).status_code == 404
    assert browser.post("/people/add", name="New", role="operator").status_code == 403
    assert browser.post("/people/add", name="New", role="viewer", tenant=acme.id).status_code == 200


def test_people_of_other_tenants_are_not_found(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    gina = site.person("Gina", roles={globex.key: Role.VIEWER})
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    assert browser.get(f"/people/{gina}").status_code == 404
    unknown = browser.get("/people/nobody")
    assert unknown.status_code == 404
    foreign = browser.get(f"/people/{gina}")
    assert unmasked(unknown).replace("nobody", "") == unmasked(foreign).replace(gina, "")
    assert browser.post(f"/people/{gina}/link").status_code == 404
    for tenant in (acme, globex):
        taken = browser.post(f"/people/{gina}/roles", tenant=tenant.id, role="viewer")
        assert taken.status_code == 404
    assert [seat.tenant_name for seat in person_of(site, gina).seats] == ["Globex"]


def test_an_admin_cannot_take_over_somebody_who_belongs_elsewhere_too(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    both = site.person("Bea", roles={acme.key: Role.VIEWER, globex.key: Role.ADMIN})
    operator = site.person("Olga", is_operator=True, roles={acme.key: Role.VIEWER})
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    page = browser.get(f"/people/{both}")
    assert "Globex" not in page.text
    for person in (both, operator):
        refused = browser.post(f"/people/{person}/link")
        assert refused.status_code == 403
        assert "ask an operator" in refused.text


def test_an_admin_does_not_change_the_own_role(site: Site) -> None:
    acme = site.tenant("Acme")
    adam = site.person("Adam", roles={acme.key: Role.ADMIN})
    browser = site.signed_in(adam)
    assert browser.post(f"/people/{adam}/roles", tenant=acme.id, role="viewer").status_code == 403


def test_a_role_is_given_changed_and_taken_away(site: Site) -> None:
    acme = site.tenant("Acme")
    vera = site.person("Vera")
    browser = site.operator()
    given = browser.post(f"/people/{vera}/roles", tenant=acme.id, role="viewer")
    assert "Vera is viewer of Acme now." in browser.follow(given).text
    browser.post(f"/people/{vera}/roles", tenant=acme.id, role="admin")
    assert [seat.role for seat in person_of(site, vera).seats] == [Role.ADMIN]
    taken = browser.post(f"/people/{vera}/roles/remove", tenant=acme.id)
    assert "Vera no longer has a role in Acme." in browser.follow(taken).text
    assert person_of(site, vera).seats == ()
    assert browser.post(f"/people/{vera}/roles", tenant=acme.id, role="king").status_code == 422


def test_the_last_operator_stays_one(site: Site) -> None:
    olga = site.person("Olga", is_operator=True)
    browser = site.signed_in(olga)
    refused = browser.post(f"/people/{olga}/operator")
    assert refused.status_code == 409
    assert "last operator" in refused.text
    assert browser.post(f"/people/{olga}/remove").status_code == 409
    second = site.person("Petra")
    made = browser.post(f"/people/{second}/operator", is_operator="on")
    assert "Petra is an operator now" in browser.follow(made).text
    unmade = browser.post(f"/people/{olga}/operator")
    assert unmade.headers["location"] == "/"
    assert not person_of(site, olga).is_operator


def test_removing_a_person_asks_names_and_ends_everything(site: Site) -> None:
    vera = site.person("Vera")
    victim = site.signed_in(vera)
    browser = site.operator()
    page = browser.get(f"/people/{vera}/remove")
    assert "Remove Vera?" in page.text
    assert "Vera is removed" in browser.follow(browser.post(f"/people/{vera}/remove")).text
    assert victim.get("/account").status_code == 303
    assert browser.get(f"/people/{vera}").status_code == 404


def test_a_hostile_name_is_shown_and_never_run(site: Site) -> None:
    acme = site.tenant(HOSTILE)
    browser = site.operator()
    browser.get("/people/add")
    added = browser.post("/people/add", name=HOSTILE, role="viewer", tenant=acme.id)
    with site.runtime.database.read() as session:
        found = queries.person_named(session, HOSTILE)
    assert found
    pages = [
        added,
        *(browser.get(f"/people{path}") for path in ("", "/add", f"/{found.id}", f"/{found.id}/remove")),
    ]
    pages.append(browser.follow(browser.post(f"/people/{found.id}/roles", tenant=acme.id, role="admin")))
    pages += [browser.get("/tenants"), browser.get(f"/tenants/{acme.id}")]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


def test_every_write_needs_the_form_of_a_page(site: Site) -> None:
    acme = site.tenant("Acme")
    vera = site.person("Vera")
    browser = site.operator()
    for path, fields in (
        ("/people/add", {"name": "New", "role": "operator"}),
        (f"/people/{vera}/roles", {"tenant": acme.id, "role": "admin"}),
        (f"/people/{vera}/roles/remove", {"tenant": acme.id}),
        (f"/people/{vera}/link", {}),
        (f"/people/{vera}/operator", {"is_operator": "on"}),
        (f"/people/{vera}/remove", {}),
        ("/tenants", {"name": "New"}),
        (f"/tenants/{acme.id}", {"name": "New"}),
        (f"/tenants/{acme.id}/archive", {}),
        (f"/tenants/{acme.id}/restore", {}),
        ("/tenant", {"tenant": acme.id}),
        ("/theme", {"theme": "dark"}),
        ("/account/password", {"old_password": PASSWORD}),
        ("/account/sessions/end-others", {}),
        ("/setup/later", {}),
        ("/sign-out", {}),
    ):
        assert browser.post(path, False, **fields).status_code == 403, path
    assert person_of(site, vera).seats == ()
