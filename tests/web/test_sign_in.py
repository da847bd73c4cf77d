"""Signing in and out."""

import pytest
from httpx import Response

from lamis.access import cookies
from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.people import actions
from lamis.people.rules import LONGEST_WAIT
from tests.web.site import PASSWORD, Browser, Site


def try_sign_in(browser: Browser, name: str, password: str, **fields: str) -> Response:
    browser.get("/sign-in")
    return browser.post("/sign-in", name=name, password=password, **fields)


def test_signing_in_leads_back_to_the_page_asked_for(site: Site) -> None:
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    browser = site.stranger()
    asked = browser.get("/people?tenant=all")
    assert asked.headers["location"] == "/sign-in?next=%2Fpeople%3Ftenant%3Dall"
    page = browser.follow(asked)
    assert "<title>Sign in · LAMIS</title>" in page.text
    answer = browser.post("/sign-in", name="olga", password=PASSWORD, next="/people?tenant=all")
    assert answer.headers["location"] == "/people?tenant=all"
    assert "Olga" in browser.follow(answer).text
    assert browser.get("/sign-in").headers["location"] == "/"


def test_the_session_cookie_is_closed_to_scripts_and_to_other_sites(site: Site) -> None:
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    cookie = try_sign_in(site.stranger(), "Olga", PASSWORD).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(site: Site) -> None:
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    known = try_sign_in(site.stranger(), "Olga", "wrong horse battery")
    unknown = try_sign_in(site.stranger(), "Nobody", "wrong horse battery")
    assert known.status_code == unknown.status_code == 401
    assert "The name or the password is wrong." in known.text
    assert "The name or the password is wrong." in unknown.text
    assert "wrong horse battery" not in known.text
    assert 'value="Olga"' in known.text


def test_too_many_tries_have_to_wait(site: Site) -> None:
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    site.count_failures("Olga")
    browser = site.stranger()
    refused = try_sign_in(browser, "Olga", PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= LONGEST_WAIT.total_seconds()
    assert "Too many tries" in refused.text
    assert cookies.SESSION not in browser.client.cookies


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_signing_in_never_leads_to_another_site(site: Site, target: str) -> None:
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    assert try_sign_in(site.stranger(), "Olga", PASSWORD, next=target).headers["location"] == "/"


def test_a_session_planted_before_is_not_the_one_after(site: Site) -> None:
    other = site.person("Petra")
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    browser = site.signed_in(other)
    planted = browser.client.cookies[cookies.SESSION]
    # The planted session belongs to somebody else; the victim signs in over it.
    victim = site.stranger()
    victim.get("/sign-in")
    victim.client.cookies.set(cookies.SESSION, planted, domain="127.0.0.1")
    answer = victim.post("/sign-in", name="Olga", password=PASSWORD)
    assert answer.status_code == 303
    assert f"{cookies.SESSION}={planted}" not in answer.headers["set-cookie"]
    assert browser.get("/account").headers["location"] == "/sign-in?next=%2Faccount"


def test_a_form_of_another_site_signs_nobody_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    browser = site.stranger()
    browser.get("/sign-in")
    assert browser.post("/sign-in", False, name="Olga", password=PASSWORD).status_code == 403
    assert browser.post("/sign-in", name="Olga", password=PASSWORD, csrf="x").status_code == 403


def test_signing_out_ends_the_session_itself(site: Site) -> None:
    browser = site.operator()
    token = browser.client.cookies[cookies.SESSION]
    page = browser.follow(browser.post("/sign-out"))
    assert "You are signed out." in page.text
    assert "You are signed out." not in browser.get("/sign-in").text
    browser.client.cookies.set(cookies.SESSION, token, domain="127.0.0.1")
    assert browser.get("/account").status_code == 303


def test_signing_out_needs_the_form_of_a_page(site: Site) -> None:
    browser = site.operator()
    assert browser.post("/sign-out", False).status_code == 403
    assert browser.get("/account").status_code == 200


def test_a_link_sets_the_password_once_and_signs_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    with site.runtime.database.write() as session:
        link = actions.add_person(session, SYSTEM, name="Petra", now=utc_now())
    path = f"/password/{link.token}"
    browser = site.stranger()
    assert "Petra" in browser.get(path).text
    differ = browser.post(path, password=PASSWORD, password_again="something else entirely")
    assert differ.status_code == 422
    assert "differ" in differ.text
    short = browser.post(path, password="short", password_again="short")
    assert short.status_code == 422
    assert "at least 12" in short.text
    done = browser.post(path, password=PASSWORD, password_again=PASSWORD)
    assert done.headers["location"] == "/"
    assert "signed in as Petra" in browser.get("/account").text
    again = site.stranger().get(path)
    assert again.status_code == 404
    assert "used already" in again.text


def test_a_wrong_bearer_token_does_not_keep_a_person_from_signing_in(site: Site) -> None:
    site.operator()
    page = site.stranger().get("/sign-in", headers={"Authorization": "Bearer nonsense"})
    assert page.status_code == 200
