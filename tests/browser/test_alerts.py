"""Overview, list and detail, by hand and by keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from lamis.simulators.faults import FaultKind
from tests.browser.served import Home, sign_in, titled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_sign_in_returns_to_the_page_asked_for(page: Page, home: Home) -> None:
    sign_in(page, home, "/alerts?device=web-1")
    expect(page).to_have_url(f"{home.url}/alerts?device=web-1")
    expect(page.get_by_role("group", name="Active filters")).to_contain_text("web-1")


def test_the_overview_says_that_all_is_well(inside: Page) -> None:
    expect(inside).to_have_title(titled("Overview"))
    expect(inside.get_by_text("Protected · 2 of 2 active sources")).to_be_visible()
    expect(inside.get_by_text("120 alerts in last 24 h")).to_be_visible()
    expect(inside.locator("[data-rows] tr[data-href]")).to_have_count(25)
    inside.get_by_role("group", name="Severity").get_by_role("link", name="Critical").click()
    expect(inside.locator("[data-rows] tr[data-href]")).to_have_count(2)


def test_paging_takes_any_number(inside: Page, home: Home) -> None:
    inside.goto(f"{home.url}/alerts")
    pages = inside.get_by_role("navigation", name="Pages, foot")
    expect(pages.get_by_text("Previous")).not_to_have_attribute("href", re.compile("."))
    pages.get_by_role("link", name="Next").click()
    field = pages.get_by_label("Page")
    for typed, shown in (("99999", "5"), ("0", "1"), ("-7", "1"), ("four", "1"), ("4", "4")):
        field.fill(typed)
        field.press("Enter")
        expect(field).to_have_value(shown)
    field.fill("5")
    field.press("Enter")
    expect(inside.get_by_text("101–120 of 120")).to_be_visible()
    expect(pages.get_by_text("Next")).not_to_have_attribute("href", re.compile("."))


def test_filters_come_and_go(inside: Page, home: Home) -> None:
    inside.goto(f"{home.url}/alerts")
    inside.get_by_text("Add filter").click()
    inside.get_by_label("Address or network").fill("198.51.100.3")
    inside.get_by_role("button", name="Show alerts").click()
    rows = inside.locator("[data-rows] tr[data-href]")
    expect(rows).to_have_count(18)
    inside.locator("[data-rows] td.c-device a").first.click()
    expect(inside.get_by_role("group", name="Active filters").get_by_role("link")).to_have_count(3)
    inside.get_by_role("link", name=re.compile("^address")).click()
    expect(inside.get_by_role("link", name=re.compile("^address"))).to_have_count(0)
    inside.get_by_role("link", name="Clear", exact=True).first.click()
    expect(rows).to_have_count(25)
    inside.get_by_text("Add filter").click()
    inside.get_by_label("Address or network").fill("nonsense")
    inside.get_by_role("button", name="Show alerts").click()
    expect(inside.get_by_label("Address or network")).to_have_value("nonsense")
    expect(inside.get_by_text("is not an address").first).to_be_visible()


def test_keys_walk_open_search_and_rest_while_one_types(inside: Page, home: Home) -> None:
    inside.goto(f"{home.url}/alerts?device=web-1")
    links = inside.locator("[data-rows] a.open")
    inside.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    inside.keyboard.press("j")
    inside.keyboard.press("j")
    expect(links.nth(2)).to_be_focused()
    inside.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    inside.keyboard.press("?")
    keys = inside.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    inside.keyboard.press("Escape")
    expect(keys).not_to_be_visible()
    inside.keyboard.press("/")
    search = inside.get_by_role("searchbox")
    expect(search).to_be_focused()
    inside.keyboard.type("jk?")
    expect(search).to_have_value("jk?")
    expect(keys).not_to_be_visible()
    inside.keyboard.press("Escape")
    title = links.nth(0).inner_text()
    inside.keyboard.press("j")
    inside.keyboard.press("Enter")
    expect(inside).to_have_title(f"{title} · LAMIS")


def test_an_alert_tells_everything_and_copies_its_document(inside: Page, home: Home) -> None:
    inside.goto(f"{home.url}/alerts?device=web-3")
    inside.locator("[data-rows] a.open").first.click()
    for heading in ("What happened", "Document", "Every field", "Proof"):
        expect(inside.get_by_role("heading", name=heading)).to_be_visible()
    expect(inside.get_by_text("rule.description")).to_be_visible()
    with inside.expect_download() as download:
        inside.get_by_role("link", name="Download").click()
    assert '"rule"' in download.value.path().read_text()
    inside.go_back()
    expect(inside).to_have_title(titled("Alerts"))


def test_refresh_rests_while_it_works_and_comes_back(inside: Page, home: Home) -> None:
    button = inside.locator("form[data-refresh] button")
    inside.goto(f"{home.url}/?page=2")
    home.indexer.fault(FaultKind.SLOW, count=4, delay_s=0.7)
    button.click()
    expect(button).to_be_disabled()
    expect(button).to_contain_text("Refreshing…")
    expect(inside).to_have_url(f"{home.url}/", timeout=20_000)
    expect(button).to_be_enabled()
    expect(button).to_contain_text("Refresh now")


def test_a_refresh_that_fails_says_which_and_why(inside: Page, home: Home) -> None:
    button = inside.locator("form[data-refresh] button")
    home.indexer.fault(FaultKind.PLAIN_TEXT)
    try:
        button.click()
        said = inside.locator("[data-messages]")
        expect(said).to_contain_text("Refreshed, but", timeout=30_000)
        expect(said).to_contain_text("emea")
        expect(button).to_be_enabled()
    finally:
        home.indexer.clear_faults()
    button.click()
    expect(inside.get_by_text("Protected · 2 of 2 active sources")).to_be_visible(timeout=70_000)
