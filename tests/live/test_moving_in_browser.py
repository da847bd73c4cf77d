"""What moves on a live page, and what is left alone: in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from lamis.base.clock import utc_now
from tests.live.house import House
from tests.live.pages import assert_not_loaded_again, mark, state

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PILL = "[data-news]"
NOTED = """() => {
  window.noted = [];
  window.Notification = class {
    static permission = "default";
    static async requestPermission() { return (this.permission = "granted"); }
    constructor(title, options) { window.noted.push({ title, ...options }); }
  };
}"""


def test_scroll_selection_and_focus_survive(page: Page, house: House, home: str) -> None:
    house.store(*(house.document(title=f"alert {n}") for n in range(60)))
    page.set_viewport_size({"width": 1200, "height": 500})
    page.goto(f"{home}/alerts")
    state(page, "Live")
    mark(page)
    page.locator("[data-rows] a.open").nth(12).focus()
    page.evaluate("""() => {
      scrollTo(0, 300);
      getSelection().selectAllChildren(document.querySelectorAll("[data-rows] td.c-device")[3]);
    }""")
    before = page.evaluate("() => [scrollY, String(getSelection()), document.activeElement.textContent]")
    with page.expect_response(lambda each: each.url == f"{home}/alerts" and each.ok, timeout=20_000):
        house.store()
    expect(page.get_by_text("61 match")).to_be_attached()
    expect(page.locator(PILL)).to_have_text("1 new alert")
    after = page.evaluate("() => [scrollY, String(getSelection()), document.activeElement.textContent]")
    assert after == before
    expect(page.locator("[data-rows] tbody tr")).to_have_count(25)
    assert_not_loaded_again(page)


def test_numbers_move_at_once_and_the_chart_follows(page: Page, house: House, home: str) -> None:
    page.goto(f"{home}/?severity=high")
    state(page, "Live")
    mark(page)
    held: list[Route] = []
    page.route("**/?severity=high", lambda route: held.append(route))
    house.store(house.document(level=12), house.document(level=3))
    numbers = page.locator("[data-moving=numbers]")
    expect(numbers.locator("[data-count=total]")).to_have_text("2", timeout=3_000)
    for each in held:
        each.continue_()
    page.unroute("**/?severity=high")
    expect(numbers.get_by_text("1 critical · 0 high")).to_be_visible()
    expect(page.locator("[data-moving=histogram] svg[role=img]")).to_be_visible()
    expect(page.locator(PILL)).to_be_hidden()
    assert_not_loaded_again(page)


def test_a_paused_page_counts_and_moves_nothing(page: Page, house: House, home: str) -> None:
    house.store()
    page.goto(f"{home}/alerts")
    state(page, "Live")
    page.keyboard.press("p")
    state(page, "Paused · 0 waiting")
    house.store(house.document(), house.document())
    state(page, "Paused · 2 waiting")
    expect(page.locator(PILL)).to_be_hidden()
    expect(page.get_by_text("1 matches")).to_be_visible()
    page.get_by_role("button", name="Play live").click()
    expect(page.locator(PILL)).to_have_text("2 new alerts")
    expect(page.get_by_text("3 match")).to_be_visible()
    state(page, "Live")
    expect(page.get_by_role("button", name="Pause live")).to_be_visible()


def test_the_key_rests_while_one_types(page: Page, home: str) -> None:
    page.goto(f"{home}/alerts")
    state(page, "Live")
    page.get_by_role("searchbox").fill("p")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Pause live")).to_be_visible()


def switch_on(page: Page, name: str) -> None:
    page.locator(".menu.person summary").click()
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")


def test_a_critical_alert_is_noticed_only_when_asked_for_and_fresh(
    page: Page, house: House, home: str
) -> None:
    page.add_init_script(f"({NOTED})()")
    page.goto(f"{home}/alerts")
    state(page, "Live")
    house.store(house.document(level=12, title="unasked"))
    expect(page.locator(PILL)).to_have_text("1 new alert")
    switch_on(page, "Desktop notice")
    house.store(
        house.document(level=12, title="from the past", at=utc_now() - timedelta(hours=1)),
        house.document(level=3, title="harmless"),
    )
    expect(page.locator(PILL)).to_have_text("3 new alerts")
    house.store(house.document(level=12, title="<b>now</b>", device="web-1"))
    page.wait_for_function("() => window.noted.length")
    house.store(house.document(level=12, title="just after"))
    expect(page.locator(PILL)).to_have_text("5 new alerts")
    (noted,) = page.evaluate("() => window.noted")
    assert noted["title"] == "Critical alert"
    assert noted["body"].startswith("<b>now</b>\n")
    assert noted["body"].endswith("web-1")


def test_of_several_tabs_one_tells_and_an_incident_is_told_once(page: Page, house: House, home: str) -> None:
    pages = [page, page.context.new_page(), page.context.new_page()]
    for each in pages:
        each.add_init_script(
            f"({NOTED})(); Notification.permission = 'granted'; localStorage.lamis_notice = 'on';"
        )
        each.goto(f"{home}/alerts")
        state(each, "Live")

    def noted() -> list[str]:
        return sorted(
            said["body"].split("\n")[0] for each in pages for said in each.evaluate("() => window.noted")
        )

    def stored(title: str, rule: str, count: int) -> None:
        house.store(house.document(level=12, title=title, rule=rule))
        for each in pages:
            expect(each.locator(PILL)).to_have_text(f"{count} new alert{'s' if count > 1 else ''}")
        page.evaluate(
            "() => navigator.locks.request('lamis-notice', () => localStorage.setItem('lamis_noticed', '0'))"
        )

    stored("brute force", "5712", 1)
    stored("brute force", "5712", 2)
    assert noted() == ["brute force"]
    stored("web shell", "31106", 3)
    assert noted() == ["brute force", "web shell"]


def test_a_refused_notice_stays_off_and_says_so(page: Page, home: str) -> None:
    page.add_init_script(f"({NOTED})(); Notification.requestPermission = async () => 'denied';")
    page.goto(f"{home}/alerts")
    page.locator(".menu.person summary").click()
    notice = page.get_by_role("button", name="Desktop notice")
    notice.click()
    expect(page.get_by_text("does not allow notices")).to_be_visible()
    expect(notice).to_have_attribute("aria-pressed", "false")


def test_the_sound_is_kept_for_this_browser(page: Page, home: str) -> None:
    page.goto(f"{home}/alerts")
    switch_on(page, "Sound")
    page.goto(f"{home}/")
    page.locator(".menu.person summary").click()
    expect(page.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "true")
