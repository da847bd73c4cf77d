"""Blocking from an alert: two keys, a receipt that fills in, the mark on every list, undo."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lamis.simulators.opnsense.local import LocalFirewall
from tests.browser.served import Home, sign_in, watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def box(home: Home) -> Iterator[LocalFirewall]:
    """A firewall of Acme."""
    with LocalFirewall(login_pad_s=0) as running:
        values = {"name": "fw-3", "kind": "opnsense", "tenant": "Acme", "url": running.url}
        secret = {"username": running.key, "password": running.secret, "fingerprint": running.fingerprint}
        made = httpx.post(
            f"{home.url}/api/v2/connections", json=values | secret, headers=bearer(home), timeout=30
        )
        assert made.status_code == 201, made.text
        yield running


def bearer(home: Home) -> dict[str, str]:
    return {"Authorization": f"Bearer {home.token()}"}


def test_an_address_is_blocked_with_two_keys_and_marked_everywhere(
    page: Page, browser: BrowserContext, home: Home, box: LocalFirewall
) -> None:
    sign_in(page, home, "/alerts?address=198.51.100.3&tenant=all")
    with watched(browser) as beside:  # somebody else looks at the same list meanwhile
        beside.goto(f"{home.url}/alerts?address=198.51.100.3")
        row = beside.locator("tr[data-id]", has_text="Acme").first
        expect(row.get_by_role("button", name="Block 198.51.100.3")).to_be_visible()
        expect(beside.get_by_text("Live", exact=True)).to_be_visible()
        acme = page.locator("tr[data-id]", has_text="Acme").first
        acme.locator("a.open").focus()
        page.keyboard.press("b")
        asked = page.get_by_role("dialog", name="Block 198.51.100.3")
        expect(asked.get_by_label("Reason")).to_have_value("sshd: try 59")
        expect(asked.get_by_text("fw-3")).to_be_visible()
        expect(asked.get_by_role("button", name="Block")).to_be_focused()
        page.keyboard.press("Enter")
        told = page.get_by_role("dialog", name="198.51.100.3")
        expect(told.get_by_text("blocked, read back")).to_be_visible()
        expect(told.get_by_text("states ended")).to_be_visible()
        page.keyboard.press("Enter")
        expect(told).to_be_hidden()
        expect(acme.locator("a.open")).to_be_focused()
        expect(acme.get_by_text("blocked", exact=True)).to_be_visible()
        assert box.entries() == ["198.51.100.3"]
        expect(row.get_by_text("blocked", exact=True)).to_be_visible()
        page.goto(f"{home.url}/blocking")
        page.get_by_role("button", name="Undo 198.51.100.3").click()
        expect(page.get_by_text("gone, read back")).to_be_visible()
        assert box.entries() == []
        expect(row.get_by_role("button", name="Block 198.51.100.3")).to_be_visible()


def test_a_block_is_taken_back_in_its_dialog_and_lists_of_other_kinds_follow(
    page: Page, browser: BrowserContext, home: Home, box: LocalFirewall
) -> None:
    sign_in(page, home, "/alerts?address=198.51.100.4&tenant=all")
    opened = page.locator("tr[data-id]", has_text="Acme").first.locator("a.open").get_attribute("href")
    with watched(browser) as beside:  # the page of one alert has no list; it follows blocks alone
        beside.goto(f"{home.url}{opened}")
        expect(beside.get_by_text("never blocked")).to_be_visible()
        page.locator("tr[data-id]", has_text="Acme").first.get_by_role("button", name="Block").click()
        page.get_by_role("dialog").get_by_role("button", name="Block").click()
        expect(page.get_by_role("dialog").get_by_text("blocked, read back")).to_be_visible()
        expect(beside.get_by_text("This IP is blocked")).to_be_visible()
        page.get_by_role("dialog").get_by_role("button", name="Undo").click()
        expect(page.get_by_role("dialog").get_by_text("gone, read back")).to_be_visible()
        expect(beside.get_by_text("lifted", exact=True)).to_be_visible()
        assert box.entries() == []


def test_a_dialog_that_is_refused_keeps_what_was_typed(page: Page, home: Home, box: LocalFirewall) -> None:
    sign_in(page, home, "/blocking")
    page.get_by_role("link", name="Block an address").first.click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Address or network").fill("127.0.0.1")
    asked.get_by_label("Reason").fill("Scan")
    asked.get_by_label("Tenant").select_option(label="Acme")
    asked.get_by_role("button", name="Block").click()
    expect(asked.get_by_text("is loopback")).to_be_visible()
    expect(asked.get_by_label("Reason")).to_have_value("Scan")
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    assert box.entries() == []


def test_a_guard_refuses_before_anything_is_done(page: Page, home: Home, box: LocalFirewall) -> None:
    sign_in(page, home, "/blocking/block")
    page.get_by_label("Address or network").fill("127.0.0.1")
    page.get_by_label("Reason").fill("Scan")
    page.get_by_label("Tenant").select_option(label="Acme")
    page.get_by_role("button", name="Block").click()
    expect(page.get_by_text("is loopback")).to_be_visible()
    expect(page.get_by_text("Nobody may override this.").first).to_be_visible()
    assert box.entries() == []
