"""Messages that survive a redirect."""

from lamis.web import flash
from tests.web.site import Site


def test_a_message_is_shown_once_and_then_forgotten(site: Site) -> None:
    browser = site.operator()
    page = browser.follow(browser.post("/tenants", name="Acme"))
    assert page.text.count("Tenant Acme is made") == 1
    assert "Tenant Acme is made" not in browser.get("/tenants").text


def test_nobody_else_can_write_a_message(site: Site) -> None:
    browser = site.operator()
    for forged in ("Call 555-0100 now", "eyJhbGciOiJub25lIn0.eyJ0b2xkIjpbWyJkb25lIiwiQ2FsbCJdXX0."):
        browser.client.cookies.set(flash.COOKIE, forged, domain="127.0.0.1")
        assert "Call" not in browser.get("/account").text
