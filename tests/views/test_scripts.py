"""The scripts of the pages in a real browser, with the real CSP; no request leaves it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from lamis.views import samples
from lamis.views.gallery import gallery_context
from lamis.views.render import STATIC, render

HOST = "http://127.0.0.1:9"
CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
PAGES: dict[str, Callable[[], str]] = {
    "/": lambda: render("overview/overview.html", frame=samples.frame(), page=samples.overview()),
    "/alerts": lambda: render("alerts/list.html", frame=samples.frame("alerts"), page=samples.alerts()),
    "/alerts/a1": lambda: render("alerts/detail.html", frame=samples.frame("alerts"), page=samples.alert()),
    "/ui": lambda: render("ui/gallery.html", **gallery_context(samples.frame())),
    "/renewing": lambda: render(
        "alerts/list.html", frame=replace(samples.frame(), refresh_s=1), page=samples.alerts()
    ),
}

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def answer(route: Route) -> None:
    path = urlsplit(route.request.url).path
    headers = {"Content-Security-Policy": CSP}
    if path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix], headers=headers)
    elif path in PAGES:
        route.fulfill(body=PAGES[path](), content_type="text/html; charset=utf-8", headers=headers)
    else:
        route.fulfill(status=200, body='{"sources": 2}', content_type="application/json", headers=headers)


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    browser.route("**/*", answer)
    browser.route_web_socket("**/*", lambda socket: None)
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.clock.set_fixed_time(samples.NOW)
    yield page
    assert said == []


def test_j_and_k_walk_through_the_rows_and_enter_opens(page: Page) -> None:
    page.goto(f"{HOST}/alerts")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator("a.open").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{HOST}/alerts/a1")


def test_a_slash_goes_to_the_search_and_keys_rest_while_typing(page: Page) -> None:
    page.goto(f"{HOST}/alerts")
    page.keyboard.press("/")
    page.keyboard.type("jk?")
    expect(page.locator("[data-search]")).to_have_value("jk?")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_question_mark_lists_the_keys_and_escape_closes_them(page: Page) -> None:
    page.goto(f"{HOST}/alerts")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_a_click_beside_the_title_opens_the_row(page: Page) -> None:
    page.goto(f"{HOST}/alerts")
    page.locator("tr[data-id=a1] td.c-time").click()
    page.wait_for_url(f"{HOST}/alerts/a1")


def test_the_theme_changes_at_once_and_is_kept_for_the_server(page: Page) -> None:
    page.goto(f"{HOST}/alerts")
    page.locator(".menu.person summary").click()
    page.get_by_role("button", name="Light", exact=True).click()
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert page.evaluate("document.cookie") == "lamis_theme=light"


def test_a_menu_closes_on_escape_and_elsewhere(page: Page) -> None:
    page.goto(f"{HOST}/alerts")
    menu = page.locator(".menu.person")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_times_are_shown_in_the_zone_of_the_viewer_or_in_utc(page: Page) -> None:
    page.goto(f"{HOST}/alerts/a1")
    exact = page.locator("time[data-time=exact]").first
    page.locator(".menu.person summary").click()
    page.get_by_role("button", name="UTC", exact=True).click()
    expect(exact).to_have_text("2026-11-21 11:44:56 UTC")
    expect(page.locator("time[data-time=relative]").first).to_have_text("16\u00a0s ago")


def test_a_dangerous_button_rests_until_the_name_is_typed(page: Page) -> None:
    page.goto(f"{HOST}/ui")
    page.get_by_role("link", name="Delete…").click()
    button = page.get_by_role("button", name="Delete wazuh-emea")
    expect(button).to_be_disabled()
    page.locator("#confirm-2").fill("wazuh-apac")
    expect(button).to_be_disabled()
    page.locator("#confirm-2").fill("wazuh-emea")
    expect(button).to_be_enabled()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("dialog#delete")).to_be_hidden()


def test_a_document_is_copied_whole(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{HOST}/alerts/a1")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == samples.DOCUMENT.decode()


def states(*answers: dict[str, object]) -> Callable[[Route], None]:
    """Answers of /refresh/state one after the other; the last one stays."""
    left = list(answers)
    return lambda route: route.fulfill(
        body=json.dumps(left.pop(0) if len(left) > 1 else left[0]), content_type="application/json"
    )


def test_refresh_waits_for_every_source_and_then_shows_the_first_page(page: Page) -> None:
    before, half, done = ({"tried_at": {"a": a, "b": b}, "failed": []} for a, b in ((1, 1), (2, 1), (2, 2)))
    page.route("**/refresh/state", states(before, half, done))
    page.goto(f"{HOST}/?page=2")
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_role("button", name="Refreshing…")).to_be_disabled()
    page.wait_for_url(f"{HOST}/")


def test_refresh_tells_a_failure_and_comes_back(page: Page) -> None:
    failed = [{"name": "wazuh-apac", "error": "it answers <b>401</b>."}]
    page.route(
        "**/refresh/state",
        states({"tried_at": {"a": 1}, "failed": []}, {"tried_at": {"a": 2}, "failed": failed}),
    )
    page.goto(f"{HOST}/")
    page.get_by_role("button", name="Refresh now").click()
    expect(page.locator("[data-messages]")).to_contain_text("wazuh-apac: it answers <b>401</b>.")
    expect(page.get_by_role("button", name="Refresh now")).to_be_enabled()


def test_refresh_comes_back_when_a_page_answers_instead_of_the_state(page: Page) -> None:
    page.route("**/refresh/state", lambda route: route.fulfill(body="<h1>no</h1>", content_type="text/html"))
    page.goto(f"{HOST}/")
    page.get_by_role("button", name="Refresh now").click()
    expect(page.locator("[data-messages]")).to_contain_text("You may be signed out")
    expect(page.get_by_role("button", name="Refresh now")).to_be_enabled()


def test_a_page_renews_itself_and_keeps_the_row_in_focus(page: Page) -> None:
    page.goto(f"{HOST}/renewing")
    page.keyboard.press("j")
    with page.expect_navigation():
        pass
    expect(page.locator("a.open").first).to_be_focused()


@pytest.mark.parametrize("path", list(PAGES))
@pytest.mark.parametrize("width", [360, 390])
def test_nothing_is_wider_than_a_phone(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{HOST}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_button_whose_form_takes_a_while_says_so_and_sends_it_once(page: Page) -> None:
    page.goto(f"{HOST}/ui")
    sent: list[str] = []

    def stay(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=204)

    page.route("**/ui?*", stay)
    page.get_by_role("button", name="Test and save").click()
    expect(page.get_by_role("button", name="Testing…")).to_be_disabled()
    assert len(sent) == 1


def test_a_form_pressed_twice_is_sent_once_and_again_after_coming_back(page: Page) -> None:
    sent: list[str] = []

    def stay(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.fulfill(status=204)
        else:
            route.fallback()

    page.route("**/ui", stay)
    page.goto(f"{HOST}/ui")
    button = page.get_by_role("button", name="A form of one button")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()
    button.press("Enter")
    assert len(sent) == 1
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(button).to_have_attribute("aria-busy", "false")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    assert len(sent) == 2
