"""Who keeps a page fresh: the socket, else questions, else the first script, else the browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM, Role
from lamis.people.actions import set_role
from lamis.people.sign_ins import end_sessions
from tests.live.house import NORTH, House
from tests.live.pages import assert_loaded_again, assert_not_loaded_again, mark, sign_in, state
from tests.live.serving import serving
from tests.web.site import make_runtime

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PILL = "[data-news]"
LIVE_MODULE = "**/static/js/live.js*"


@pytest.fixture
def page(browser: BrowserContext, house: House, home: str) -> Page:
    """A page of a signed-in browser; scripts may fail here."""
    sign_in(browser, house, home)
    return browser.new_page()


@contextmanager
def documents(page: Page) -> Iterator[list[str]]:
    """The addresses the page was led to since."""
    found: list[str] = []

    def led(frame: object) -> None:
        if frame == page.main_frame:
            found.append(page.url)

    page.on("framenavigated", led)
    yield found
    page.remove_listener("framenavigated", led)


def wait_until(page: Page, ms: int) -> None:
    """Until the page is so old."""
    page.wait_for_function("(ms) => performance.now() > ms", arg=ms, timeout=30_000)


def test_with_a_live_socket_the_document_is_not_loaded_for_130_real_seconds(
    page: Page, house: House, home: str
) -> None:
    page.goto(f"{home}/alerts")
    state(page, "Live")
    mark(page)
    with documents(page) as led:
        for count in range(1, 14):
            house.store()
            text = "1 new alert" if count == 1 else f"{count} new alerts"
            expect(page.locator(PILL)).to_have_text(text)
            wait_until(page, count * 10_000)
        wait_until(page, 131_000)
    assert led == []
    assert_not_loaded_again(page)
    state(page, "Live")


def test_with_scripts_but_no_socket_one_question_is_in_flight(page: Page, house: House, home: str) -> None:
    asked: list[Route] = []
    page.route_web_socket("**/api/v2/ws**", lambda route: route.close(code=1011))
    page.route("**/api/v2/alerts/changes?**", lambda route: asked.append(route))
    page.clock.install()
    page.goto(f"{home}/alerts")
    state(page, "Offline · retrying in")
    mark(page)
    house.store()
    page.clock.run_for(29_000)  # two would be due, but the first is not answered
    page.wait_for_function("() => true")
    assert len(asked) == 1
    with page.expect_response("**/api/v2/alerts/changes?**"):
        asked[0].continue_()
    expect(page.locator(PILL)).to_have_text("1 new alert")
    page.clock.run_for(16_000)
    page.wait_for_function("() => true")
    assert len(asked) == 2
    with page.expect_response("**/api/v2/alerts/changes?**"):
        asked[1].continue_()
    expect(page.locator(PILL)).to_have_text("1 new alert")
    page.clock.run_for(130_000)
    assert_not_loaded_again(page)


def answering(**answer: object) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer",
    [
        answering(status=404, body="Not Found"),
        answering(body="throw new Error('no');", content_type="text/javascript"),
        answering(body="this is no script", content_type="text/javascript"),
        answering(
            body="document.body.dataset.live = 'on'; onload = () => { throw new Error('no'); };",
            content_type="text/javascript",
        ),
        answering(
            body="document.body.dataset.live = 'on'; Promise.reject(new Error('no'));",
            content_type="text/javascript",
        ),
        lambda route: route.abort(),
    ],
    ids=["is not there", "throws", "cannot be read", "throws later", "breaks a promise", "is blocked"],
)
def test_where_the_live_module_fails_the_first_script_renews_the_page(
    page: Page, home: str, answer: Callable[[Route], None]
) -> None:
    page.route(LIVE_MODULE, answer)
    page.clock.install()
    page.goto(f"{home}/alerts")
    mark(page)
    page.clock.run_for(59_000)
    assert_not_loaded_again(page)
    page.clock.run_for(2_000)
    assert_loaded_again(page)


def test_where_a_part_of_the_live_module_is_missing_too(page: Page, home: str) -> None:
    page.route("**/static/js/live/socket.js*", answering(status=404, body=""))
    page.clock.install()
    page.goto(f"{home}/alerts")
    mark(page)
    page.clock.run_for(61_000)
    assert_loaded_again(page)


def test_no_page_is_left_for_an_error(page: Page, home: str) -> None:
    page.route(LIVE_MODULE, answering(status=404, body=""))
    page.route("**/healthz", answering(status=503, body=""))
    page.clock.install()
    page.goto(f"{home}/alerts")
    mark(page)
    with page.expect_response("**/healthz"):
        page.clock.run_for(61_000)
    assert_not_loaded_again(page)


def test_without_scripts_the_browser_loads_the_page_again(browser: BrowserContext, house: House) -> None:
    with serving(make_runtime(house.database, ui_refresh_s=5)) as port:
        home = f"http://127.0.0.1:{port}"
        sign_in(browser, house, home)
        page = browser.new_page()
        browser.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
        page.goto(f"{home}/alerts")
        expect(page.locator("[data-rows] tbody tr")).to_have_count(0)
        house.store()
        with page.expect_navigation(timeout=20_000):
            pass
        expect(page.locator("[data-rows] tbody tr")).to_have_count(1)


def test_the_setting_governs_the_first_script_too(page: Page, house: House) -> None:
    page.route(LIVE_MODULE, answering(status=404, body=""))
    page.clock.install()
    with serving(make_runtime(house.database, ui_refresh_s=7)) as port:
        home = f"http://127.0.0.1:{port}"
        sign_in(page.context, house, home)
        page.goto(f"{home}/alerts")
        mark(page)
        page.clock.run_for(8_000)
        assert_loaded_again(page)


def test_a_session_that_ended_is_said_and_leads_to_signing_in(page: Page, house: House, home: str) -> None:
    page.goto(f"{home}/alerts")
    state(page, "Live")
    with house.database.write() as session:
        end_sessions(session, house.ids["olga"])
    state(page, "Signed out")
    expect(page.locator("body")).not_to_have_attribute("data-live", "on")


def test_when_a_right_changes_the_page_takes_a_new_ticket_by_itself(
    page: Page, house: House, home: str
) -> None:
    page.context.clear_cookies()
    sign_in(page.context, house, home, "nora")
    page.goto(f"{home}/alerts")
    state(page, "Live")
    mark(page)
    with page.expect_websocket(), house.database.write() as session:
        set_role(session, SYSTEM, house.ids["nora"], tenant_key=NORTH, role=Role.ANALYST, now=utc_now())
    state(page, "Live")
    house.store()
    expect(page.locator(PILL)).to_have_text("1 new alert")
    assert_not_loaded_again(page)
