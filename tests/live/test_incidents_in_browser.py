"""The list of incidents in a real browser: rows change in place, new ones are a pill."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from lamis.base.clock import to_ms, utc_now
from lamis.base.scope import SYSTEM
from lamis.connections.models import Connection
from lamis.incidents import actions_work
from lamis.incidents.types import Verdict
from tests.incidents.world import rows
from tests.live.house import House
from tests.live.pages import assert_not_loaded_again, mark, state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_rows_change_in_place_and_new_ones_are_a_pill(page: Page, house: House, home: str) -> None:
    house.store(house.document(level=12, title="first", device="a"))
    page.goto(f"{home}/incidents")
    state(page, "Live")
    mark(page)
    page.keyboard.press("j")
    line = page.locator("[data-incidents] tbody tr")
    house.store(house.document(level=12, device="a"), house.document(level=12, device="a"))
    expect(line.locator(".c-count")).to_have_text("3")
    expect(line.locator("a.open")).to_be_focused()
    expect(page.locator("[data-news]")).to_be_hidden()
    house.store(house.document(level=12, title="second", device="b"))
    expect(page.locator("[data-news]")).to_have_text("1 new incident")
    expect(page.locator("nav a[href='/incidents']")).to_have_text("Incidents2", timeout=60_000)
    house.store(house.document(level=12, title="second", device="b"))
    with house.database.write() as session:
        first = rows(house.database)[0]
        actions_work.close(session, SYSTEM, first.id, verdict=Verdict.BENIGN, now=utc_now())
    expect(line.locator(".c-state")).to_have_text("Benign")
    expect(page.locator("[data-news]")).to_have_text("1 new incident")
    expect(line).to_have_count(1)
    assert_not_loaded_again(page)
    page.locator("[data-news]").click()
    expect(line).to_have_count(1)
    expect(line.locator("a.open")).to_have_text("second")


def test_an_open_incident_moves_by_itself(page: Page, house: House, home: str) -> None:
    house.store(house.document(level=12, title="first", device="a"))
    (found,) = rows(house.database)
    page.goto(f"{home}/incidents/{found.id}")
    state(page, "Live")
    mark(page)
    page.locator("[data-comment]").fill("half a sent")
    house.store(house.document(level=12, device="a"), house.document(level=12, device="b"))
    expect(page.get_by_text("2 alerts").first).to_be_visible()
    expect(page.locator(".evidence tbody tr")).to_have_count(2)
    with house.database.write() as session:
        actions_work.comment(session, SYSTEM, found.id, "Seen before.", now=utc_now())
        actions_work.close(session, SYSTEM, found.id, verdict=Verdict.BENIGN, now=utc_now())
    expect(page.get_by_text("Seen before.")).to_be_visible()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(page.locator("[data-comment]")).to_have_value("half a sent")
    expect(page.locator("[data-news]")).to_be_hidden()
    assert_not_loaded_again(page)


def test_alerts_shown_say_how_their_incident_stands(page: Page, house: House, home: str) -> None:
    house.store(house.document(level=12, device="a"), house.document(level=12, device="b"))
    page.goto(f"{home}/alerts")
    state(page, "Live")
    first, second = sorted(rows(house.database), key=lambda each: each.number)
    status = page.locator("td.c-status a")
    expect(status).to_have_text(["Open", "Open"])
    with house.database.write() as session:
        actions_work.close(session, SYSTEM, first.id, verdict=Verdict.BENIGN, now=utc_now())
    expect(page.locator(f"td.c-status a[href='/incidents/{first.id}']")).to_have_text("Closed")
    expect(page.locator(f"td.c-status a[href='/incidents/{second.id}']")).to_have_text("Open")
    page.get_by_role("button", name="Pause live").click()
    with house.database.write() as session:
        actions_work.acknowledge(session, SYSTEM, second.id, now=utc_now())
    expect(page.locator("[data-news]")).to_be_hidden()
    page.get_by_role("button", name="Play live").click()
    expect(page.locator(f"td.c-status a[href='/incidents/{second.id}']")).to_have_text("Acknowledged")


def test_a_source_that_is_not_read_in_time_is_said_in_amber(page: Page, house: House, home: str) -> None:
    page.goto(f"{home}/alerts")
    expect(page.locator("[data-live-state].ok")).to_contain_text("Live")
    with house.database.write() as session:
        session.get_one(Connection, 1).last_good_ms = to_ms(utc_now() - timedelta(hours=1))
    expect(page.locator("[data-live-state].late")).to_contain_text("Live · 1 source late")
    with house.database.write() as session:
        session.get_one(Connection, 1).last_good_ms = to_ms(utc_now())
    expect(page.locator("[data-live-state].ok")).not_to_contain_text("late")


def test_a_comment_is_a_key_away(page: Page, house: House, home: str) -> None:
    house.store(house.document(level=12))
    page.goto(f"{home}/incidents/{rows(house.database)[0].id}")
    page.keyboard.press("c")
    page.keyboard.type("cat")
    expect(page.locator("[data-comment]")).to_have_value("cat")


def test_closing_opens_a_dialog(page: Page, house: House, home: str) -> None:
    house.store(house.document(level=12))
    page.goto(f"{home}/incidents/{rows(house.database)[0].id}")
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("radio", name="True positive")).to_be_focused()
    page.get_by_role("radio", name="Benign").check()
    page.get_by_role("button", name="Close incident #1").click()
    expect(page.get_by_text("Incident #1 is closed as benign.")).to_be_visible()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
