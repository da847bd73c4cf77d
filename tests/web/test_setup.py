"""The first run."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lamis.access import setup_code
from lamis.base.scope import EVERYTHING
from lamis.people import queries
from lamis.storage.engine import Database
from lamis.tenants import queries as tenant_queries
from tests.web.site import PASSWORD, Site, make_runtime

PERSON = {"name": "Olga", "password": PASSWORD, "password_again": PASSWORD, "organisation": "Acme"}


@pytest.mark.parametrize(
    "path", ["/", "/alerts", "/sign-in", "/people", "/account", "/no/such/page", "/password/x"]
)
def test_every_address_leads_to_the_first_run_until_somebody_exists(site: Site, path: str) -> None:
    answer = site.stranger().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup")


def test_the_first_person_becomes_an_operator_with_a_tenant_and_goes_on_to_the_source(site: Site) -> None:
    browser = site.stranger()
    page = browser.get("/setup")
    assert "<title>Set up · LAMIS</title>" in page.text
    assert 'name="code"' not in page.text
    answer = browser.post("/setup", **PERSON)
    assert answer.headers["location"] == "/setup/source"
    source = browser.follow(answer)
    assert "Welcome, Olga." in source.text
    assert "/sources/add?first=1" in source.text
    with site.runtime.database.read() as session:
        assert [each.name for each in tenant_queries.tenants(session, EVERYTHING)] == ["Acme"]
        assert [each.is_operator for each in queries.people(session, EVERYTHING)] == [True]


def test_the_source_comes_before_the_overview_but_may_be_put_off(site: Site) -> None:
    browser = site.stranger()
    browser.get("/setup")
    browser.post("/setup", **PERSON)
    assert browser.get("/sign-in").headers["location"] == "/"
    assert browser.get("/switchboard").status_code == 404
    assert browser.get("/people").status_code == 200
    browser.get("/setup/source")
    answer = browser.post("/setup/later")
    assert answer.headers["location"] == "/"
    assert browser.get("/setup/source").headers["location"] == "/"
    assert browser.get("/setup").headers["location"] == "/"


def test_what_was_typed_is_kept_when_a_password_is_too_short(site: Site) -> None:
    browser = site.stranger()
    browser.get("/setup")
    page = browser.post("/setup", **PERSON | {"password": "short", "password_again": "short"})
    assert page.status_code == 422
    assert "at least 12" in page.text
    assert 'value="Olga"' in page.text
    assert 'value="Acme"' in page.text
    assert "short" not in page.text.replace("shorter", "")


def test_once_set_up_the_page_makes_nobody(site: Site) -> None:
    browser = site.stranger()
    browser.get("/setup")
    site.person("Olga", is_operator=True)
    assert browser.post("/setup", **PERSON | {"name": "Mallory"}).headers["location"] == "/"
    with site.runtime.database.read() as session:
        assert [each.name for each in queries.people(session, EVERYTHING)] == ["Olga"]


def test_two_at_once_make_one_person(site: Site) -> None:
    browsers = [site.stranger(), site.stranger()]
    for browser in browsers:
        browser.get("/setup")

    def send(number: int) -> str:
        return browsers[number].post("/setup", **PERSON | {"name": f"Olga {number}"}).headers["location"]

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (0, 1))) == ["/", "/setup/source"]
    with site.runtime.database.read() as session:
        assert len(queries.people(session, EVERYTHING)) == 1


def test_where_strangers_reach_lamis_the_printed_code_is_asked_for(database: Database) -> None:
    site = Site(make_runtime(database, host="0.0.0.0"))
    with database.write() as session:
        code = setup_code.renew(session, site.runtime.settings)
    assert code
    browser = site.stranger()
    assert 'name="code"' in browser.get("/setup").text
    for wrong in ("", "abcd-abcd-abcd"):
        page = browser.post("/setup", **PERSON, code=wrong)
        assert page.status_code == 422
        assert "not the code" in page.text
    assert browser.post("/setup", **PERSON, code=code).headers["location"] == "/setup/source"


def test_without_a_code_only_this_machines_own_names_may_set_up(site: Site) -> None:
    browser = site.stranger()
    page = browser.get("http://rebound.example:8000/setup")
    assert page.status_code == 403
    assert "http://127.0.0.1:8000" in page.text


def test_the_set_up_form_needs_its_page(site: Site) -> None:
    assert site.stranger().post("/setup", False, **PERSON).status_code == 403
