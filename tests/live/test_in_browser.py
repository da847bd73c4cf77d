"""Live pages in a real browser, over a real server."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.live.house import House
from tests.live.pages import assert_not_loaded_again, mark, sign_in, state
from tests.live.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_new_alert_shows_as_a_pill_that_leads_to_it(page: Page, house: House, home: str) -> None:
    house.store(house.document(title="the first"))
    page.goto(f"{home}/alerts")
    state(page, "Live")
    mark(page)
    house.store(house.document(title="the second"))
    pill = page.locator("[data-news]")
    expect(pill).to_have_text("1 new alert")
    house.store(house.document(title="the third"), house.document(title="the fourth"))
    expect(pill).to_have_text("3 new alerts")
    expect(page.get_by_text("4 match")).to_be_visible()
    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    assert_not_loaded_again(page)
    pill.click()
    expect(page.locator("[data-rows] tbody tr")).to_have_count(4)
    expect(page.locator("[data-news]")).to_be_hidden()


def test_only_what_the_filters_choose_is_news(page: Page, house: House, home: str) -> None:
    page.goto(f"{home}/alerts?severity=critical&page=1")
    state(page, "Live")
    house.store(house.document(level=3))
    house.store(house.document(level=12, title="bad"))
    expect(page.locator("[data-news]")).to_have_text("1 new alert")
    page.locator("[data-news]").click()
    expect(page).to_have_url(f"{home}/alerts?severity=critical")
    expect(page.get_by_role("link", name="bad")).to_be_visible()


def test_the_overview_moves_by_itself(page: Page, house: House, home: str) -> None:
    page.goto(f"{home}/")
    state(page, "Live")
    mark(page)
    house.store()
    expect(page.locator("[data-news]")).to_have_text("1 new alert")
    expect(page.locator("[data-moving=histogram] svg[role=img]")).to_be_visible()
    assert_not_loaded_again(page)


def test_after_an_outage_the_page_has_exactly_what_it_missed(browser: BrowserContext, house: House) -> None:
    with serving(house.runtime) as port:
        home = f"http://127.0.0.1:{port}"
        sign_in(browser, house, home)
        page = browser.new_page()
        page.goto(f"{home}/alerts")
        state(page, "Live")
        mark(page)
        house.store()
        expect(page.locator("[data-news]")).to_have_text("1 new alert")
    state(page, "Offline · retrying")
    house.store(house.document(), house.document())
    with serving(house.runtime, port):
        state(page, "Live")
        expect(page.locator("[data-news]")).to_have_text("3 new alerts")
        house.store()
        expect(page.locator("[data-news]")).to_have_text("4 new alerts")
        assert_not_loaded_again(page)


def test_without_a_socket_the_page_asks(page: Page, house: House, home: str) -> None:
    page.route("**/api/v2/ws/ticket", lambda route: route.fulfill(status=503, body="{}"))
    page.clock.install()
    page.goto(f"{home}/alerts")
    state(page, "Offline · retrying")
    mark(page)
    house.store()
    with page.expect_response("**/api/v2/alerts/changes?**"):
        page.clock.run_for(16_000)
    expect(page.locator("[data-news]")).to_have_text("1 new alert")
    house.store()
    with page.expect_response("**/api/v2/alerts/changes?**"):
        page.clock.run_for(16_000)
    expect(page.locator("[data-news]")).to_have_text("2 new alerts")
    page.clock.run_for(130_000)
    assert_not_loaded_again(page)


def test_a_live_page_is_never_loaded_again(page: Page, home: str) -> None:
    page.clock.install()
    with page.expect_websocket() as opened:
        page.goto(f"{home}/alerts")
    state(page, "behind")  # the first ping is answered
    mark(page)
    for _ in range(10):  # 150 seconds, a ping each 15
        with opened.value.expect_event("framereceived", lambda said: '"pong"' in str(said)):
            page.clock.run_for(15_000)
    state(page, "Live")
    assert_not_loaded_again(page)


def test_without_the_live_module_the_page_loads_itself(page: Page, home: str) -> None:
    page.route("**/static/js/live.js*", lambda route: route.abort())
    page.clock.install()
    page.goto(f"{home}/alerts")
    mark(page)
    page.clock.run_for(61_000)
    expect(page.locator("body")).not_to_have_attribute("data-kept", "yes")


def test_nonsense_from_the_socket_is_left_alone(page: Page, home: str) -> None:
    def speak(route: object) -> None:
        for said in (
            "{",
            "[]",
            "null",
            '"alerts"',
            '{"type": "alerts"}',
            '{"type": "toString"}',
            '{"type": 7}',
        ):
            route.send(said)  # type: ignore[attr-defined]
        route.send('{"type": "subscribed"}')  # type: ignore[attr-defined]

    page.route_web_socket("**/api/v2/ws**", speak)
    page.goto(f"{home}/alerts")
    state(page, "Live")
    expect(page.locator("[data-news]")).to_be_hidden()
