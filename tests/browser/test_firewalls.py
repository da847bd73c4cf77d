"""Connecting a firewall."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from lamis.simulators.opnsense.local import LocalFirewall
from tests.browser.served import Home, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def box() -> Iterator[LocalFirewall]:
    with LocalFirewall(is_prepared=False, login_pad_s=0) as running:
        yield running


def test_a_firewall_is_connected_with_what_it_lacks_made(page: Page, home: Home, box: LocalFirewall) -> None:
    sign_in(page, home, "/firewalls")
    page.get_by_role("link", name="Add firewall").first.click()
    page.get_by_label("Name", exact=True).fill("fw-3")
    page.get_by_label("Tenant", exact=True).select_option(label="Acme")
    page.get_by_label("Address", exact=True).fill(box.url)
    page.get_by_label("API key", exact=True).fill(box.key)
    page.get_by_label("API secret", exact=True).fill("not the secret")
    page.get_by_role("button", name="Test and save").click()
    result = page.get_by_role("status", name="Test result")
    expect(result).to_contain_text("tls_not_trusted")
    expect(result).to_contain_text(box.fingerprint)
    page.get_by_role("button", name="Pin this certificate, test and save").click()
    expect(result).to_contain_text("auth_failed")
    expect(page.get_by_label("Name", exact=True)).to_have_value("fw-3")
    expect(page.get_by_label("Address", exact=True)).to_have_value(box.url)
    expect(page.get_by_label("API key", exact=True)).to_have_value(box.key)
    expect(page.get_by_label(re.compile("^Pinned certificate"))).to_be_checked()
    page.get_by_label("API secret", exact=True).fill(box.secret)
    page.get_by_role("button", name="Only test").click()
    expect(result).to_contain_text("alias_missing")
    page.get_by_role("button", name="Make it, test and save").click()
    expect(page).to_have_title("fw-3 · LAMIS")
    expect(page.locator("[data-messages]").first).to_contain_text("fw-3 is connected; its test passed.")
    page.get_by_role("button", name="Test").click()
    expect(result).to_contain_text("OPNsense 26.7.2")
    page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete fw-3?")
    expect(dialog).to_contain_text("No block of LAMIS stands there.")
    dialog.get_by_role("button", name="Delete fw-3").click()
    expect(page.locator("[data-messages]").first).to_contain_text("fw-3 is removed")
    expect(page.get_by_role("heading", name="No firewalls yet")).to_be_visible()
