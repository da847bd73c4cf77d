"""Allow-list and block lists on pages, for each kind of visitor."""

import re

import pytest

from tests.web.blocks import Blocked, blocked_site
from tests.web.site import Site

_LIST = re.compile(r"/edl/[\w-]+/ipv4\.txt")


@pytest.fixture
def blocked(site: Site) -> Blocked:
    return blocked_site(site)


def test_an_admin_keeps_the_allow_list(blocked: Blocked) -> None:
    blocked.ask("203.0.113.0/28")
    fields = {"address": "203.0.113.9", "note": "mail relay"}
    page = blocked.admin.follow(blocked.admin.post("/blocking/allow-list", **fields))
    assert "203.0.113.9 is never blocked from now. 1 block is being lifted." in page.text
    assert "mail relay" in blocked.viewer.get("/blocking/allow-list").text
    (path,) = set(re.findall(r"/blocking/allow-list/\w+/remove", page.text))
    assert blocked.analyst.post(path).status_code == 403
    assert blocked.foreign.post(path).status_code == 404
    gone = blocked.admin.follow(blocked.admin.post(path))
    assert "is off the allow-list" in gone.text
    assert "Nothing is on the allow-list" in gone.text


def test_who_may_not_change_the_allow_list_has_no_form(blocked: Blocked) -> None:
    for browser in (blocked.viewer, blocked.analyst):
        assert 'name="address"' not in browser.get("/blocking/allow-list").text
        assert browser.post("/blocking/allow-list", address="203.0.113.9").status_code == 403
    assert blocked.site.stranger().get("/blocking/allow-list").status_code == 303


def test_a_wrong_line_keeps_what_was_typed(blocked: Blocked) -> None:
    sent = blocked.admin.post("/blocking/allow-list", address="mail.example", note="relay")
    assert sent.status_code == 422
    assert 'value="mail.example"' in sent.text
    assert 'value="relay"' in sent.text


def test_a_list_is_switched_on_shown_once_and_pulled(blocked: Blocked) -> None:
    blocked.ask()
    made = blocked.admin.post(f"/blocking/lists/{blocked.acme.id}/on")
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    path = _LIST.findall(made.text)[0]
    assert not _LIST.findall(blocked.admin.get("/blocking/lists").text)
    assert blocked.site.stranger().get(path, headers={"user-agent": "PAN-OS"}).text == "203.0.113.9\n"
    page = blocked.viewer.get("/blocking/lists").text
    assert "PAN-OS" in page
    assert "newest" in page
    blocked.ask("203.0.113.10")
    assert "older" in blocked.viewer.get("/blocking/lists").text


def test_a_list_is_switched_off_and_its_address_ends(blocked: Blocked) -> None:
    path = _LIST.findall(blocked.admin.post(f"/blocking/lists/{blocked.acme.id}/on").text)[0]
    inert = blocked.admin.post(f"/blocking/lists/{blocked.acme.id}/inert", is_on="1")
    assert "holds one line" in blocked.admin.follow(inert).text
    assert blocked.site.stranger().get(path).text == "192.0.2.255\n"
    blocked.admin.follow(blocked.admin.post(f"/blocking/lists/{blocked.acme.id}/off"))
    assert blocked.site.stranger().get(path).status_code == 404


@pytest.mark.parametrize("verb", ["on", "off", "inert"])
def test_only_an_admin_of_the_tenant_switches_its_list(blocked: Blocked, verb: str) -> None:
    path = f"/blocking/lists/{blocked.acme.id}/{verb}"
    assert blocked.analyst.post(path, is_on="1").status_code == 403
    assert blocked.viewer.post(path, is_on="1").status_code == 403
    assert blocked.foreign.post(path, is_on="1").status_code == 404
    assert "Acme" not in blocked.foreign.get("/blocking/lists").text


def test_what_ends_who_pulls_a_list_asks_first_and_names_it(blocked: Blocked) -> None:
    blocked.admin.post(f"/blocking/lists/{blocked.acme.id}/on")
    lists = blocked.admin.get("/blocking/lists").text
    for change, said in (("on", "Make a new token"), ("off", "Switch it off")):
        path = f"/blocking/lists/{blocked.acme.id}/{change}"
        assert f'href="{path}"' in lists
        assert said in lists
        page = blocked.admin.get(path)
        assert page.status_code == 200
        assert said in page.text
        assert "Acme" in page.text
        assert blocked.analyst.get(path).status_code == 403
        assert blocked.foreign.get(path).status_code == 404
        assert blocked.site.stranger().get(path).status_code == 303
    assert blocked.admin.get(f"/blocking/lists/{blocked.acme.id}/nonsense").status_code in (404, 422)
    assert "Make a new token" not in blocked.viewer.get("/blocking/lists").text
