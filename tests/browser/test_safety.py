"""What others wrote never runs; and everything works without scripts, and on a phone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.served import ATTACK, Home, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATHS = (
    "/",
    "/alerts",
    "/alerts?severity=critical",
    "/sources",
    "/sources/add",
    "/sources/import",
    "/people",
    "/people/add",
    "/deliveries",
    "/channels",
    "/channels/add?kind=webhook",
    "/channels/add?kind=smtp",
    "/tenants",
    "/account",
    "/ui",
    "/no/such/page",
)


def linked(page: Page, home: Home, path: str, link: str) -> str:
    """The address behind the first such link of a page."""
    page.goto(home.url + path)
    return str(page.locator(link).first.get_attribute("href"))


def everywhere(page: Page, home: Home) -> list[str]:
    """Every page there is, those of the things meant to do harm among them."""
    source = linked(page, home, "/sources", "th a.link")
    alert = linked(page, home, "/alerts?severity=critical", "a.open")
    return [
        *PATHS,
        alert,
        source,
        f"{source}/edit",
        f"{source}/delete",
        linked(page, home, "/people", "main th a"),
        linked(page, home, "/tenants", "main table a"),
    ]


def test_what_documents_and_names_hold_is_text_on_every_page(page: Page, home: Home) -> None:
    sign_in(page, home, person=ATTACK)
    for path in everywhere(page, home):
        page.goto(home.url + path)
        expect(page.locator("img")).to_have_count(0)
        assert "{{7*7}}" in page.content(), path
    page.goto(f"{home.url}/alerts?severity=critical")
    expect(page.locator("a.open").first).to_have_text(ATTACK)
    page.locator("a.open").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ATTACK)
    page.locator("dl a").first.click()
    expect(page.get_by_role("group", name="Active filters")).to_contain_text(ATTACK)


def test_what_is_typed_is_text_too(inside: Page, home: Home) -> None:
    inside.goto(f"{home.url}/sources/add")
    for label in ("Name", "Address", "User"):
        inside.get_by_label(label, exact=True).fill(ATTACK)
    inside.get_by_label("Tenant").last.select_option(index=1)
    inside.get_by_role("button", name="Only test").click()
    expect(inside.get_by_label("Name", exact=True)).to_have_value(ATTACK)
    inside.goto(f"{home.url}/alerts")
    inside.get_by_role("searchbox").fill(ATTACK)
    inside.get_by_role("searchbox").press("Enter")
    expect(inside.get_by_role("searchbox")).to_have_value(ATTACK)
    expect(inside.locator("img")).to_have_count(0)


def test_nothing_is_wider_than_a_phone(inside: Page, home: Home) -> None:
    inside.set_viewport_size({"width": 390, "height": 844})
    for path in everywhere(inside, home):
        inside.goto(home.url + path)
        wide = inside.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_all_of_it_works_without_scripts(browser: BrowserContext, page: Page, home: Home) -> None:
    browser.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
    sign_in(page, home, "/alerts")
    page.get_by_text("Add filter").click()
    page.get_by_label("Device").fill("web-1")
    page.get_by_role("button", name="Show alerts").click()
    expect(page.get_by_text("1–25 of 30")).to_be_visible()
    page.get_by_role("link", name="Next").last.click()
    expect(page.get_by_text("26–30 of 30")).to_be_visible()
    page.locator("a.open").first.click()
    expect(page.get_by_role("heading", name="Every field")).to_be_visible()
    page.goto(home.url)
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_text("2 sources are being read now.")).to_be_visible()
    page.goto(home.url + linked(page, home, "/sources", "th a.link"))
    page.get_by_role("link", name="Delete").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete")
