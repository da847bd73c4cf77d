"""What sockets are told, and when."""

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM, Role
from lamis.people.actions import remove_role, set_role
from tests.live.house import NORTH, SOUTH, House


def test_the_first_message_holds_the_newest_and_later_ones_what_is_new(house: House) -> None:
    house.store(house.document(title="first"))
    with house.socket("nora") as ear:
        ear.subscribe()
        assert ear.titles() == ["first"]
        house.store(house.document(title="second"), house.document(title="third"))
        assert sorted(ear.titles()) == ["second", "third"]
        house.store(house.document(title="fourth"))
        assert ear.titles() == ["fourth"]
        assert ear.is_quiet()


def test_a_subscription_without_any_alert_begins_with_an_empty_message_to_resume_from(house: House) -> None:
    with house.socket("nora") as ear:
        ear.subscribe()
        assert ear.titles() == []
        assert ear.after is not None


def test_a_row_has_the_names_of_the_customers_dashboard(house: House) -> None:
    house.store(house.document(level=12, title="Bad", rule="100"))
    with house.socket("nora") as ear:
        ear.subscribe()
        (row,) = ear.hear()["alerts"]
    assert (row["severity"], row["severity_name"]) == (5, "critical")
    assert (row["summary"], row["title"], row["alert_type"], row["status"]) == ("Bad", "Bad", "100", "open")
    assert {"id", "created_at", "stored_at", "device_id", "tenant", "connection"} <= row.keys()


def test_nobody_hears_of_another_tenant(house: House) -> None:
    with house.client() as client, house.socket("nora", client) as nora, house.socket("sven", client) as sven:
        for ear in (nora, sven):
            ear.subscribe()
            assert ear.titles() == []
        house.store(house.document(title="north"), tenant=NORTH)
        house.store(house.document(title="south"), tenant=SOUTH)
        assert nora.titles() == ["north"]
        assert sven.titles() == ["south"]
        assert nora.is_quiet()
        assert sven.is_quiet()


def test_a_foreign_tenant_in_the_filter_brings_nothing(house: House) -> None:
    house.store(tenant=SOUTH)
    with house.socket("nora") as ear:
        ear.subscribe(tenant="tenant-2")
        assert ear.titles() == []
        house.store(tenant=SOUTH)
        house.store(tenant=NORTH)
        assert ear.is_quiet()


def test_a_position_from_elsewhere_opens_no_other_tenant(house: House) -> None:
    with house.client() as client:
        with house.socket("olga", client) as ear:
            ear.subscribe()
            ear.hear()
        house.store(house.document(title="north"), tenant=NORTH)
        house.store(house.document(title="south"), tenant=SOUTH)
        with house.socket("nora", client) as nora:
            nora.subscribe(after=ear.after)
            assert nora.titles() == ["north"]


def test_losing_a_role_ends_the_socket_before_it_hears_more(house: House) -> None:
    with house.socket("nora") as ear:
        ear.subscribe()
        ear.hear()
        with house.database.write() as session:
            remove_role(session, SYSTEM, house.ids["nora"], tenant_key=NORTH, now=utc_now())
        house.store()
        assert ear.socket.receive()["code"] == 4003


def test_gaining_a_tenant_has_the_socket_opened_anew(house: House) -> None:
    with house.socket("nora") as ear:
        with house.database.write() as session:
            set_role(session, SYSTEM, house.ids["nora"], tenant_key=SOUTH, role=Role.VIEWER, now=utc_now())
        assert ear.socket.receive()["code"] == 4003


def test_what_was_missed_comes_once(house: House) -> None:
    with house.client() as client:
        with house.socket("nora", client) as ear:
            ear.subscribe()
            ear.hear()
        house.store(house.document(title="missed"))
        with house.socket("nora", client) as again:
            again.subscribe(after=ear.after)
            assert again.titles() == ["missed"]
            assert again.is_quiet()
        with house.socket("nora", client) as third:
            third.subscribe(after=again.after)
            assert third.is_quiet()


def test_who_missed_too_much_is_told_how_much(house: House) -> None:
    with house.client() as client:
        with house.socket("nora", client) as ear:
            ear.subscribe()
            ear.hear()
        house.store(*(house.document() for _ in range(501)))
        with house.socket("nora", client) as again:
            again.subscribe(after=ear.after)
            said = again.hear()
            assert (said["type"], said["reason"], said["count"]) == ("reset", "missed", 501)
            house.store(house.document(title="next"))
            assert again.titles() == ["next"]


def test_five_hundred_are_not_too_much(house: House) -> None:
    with house.client() as client:
        with house.socket("nora", client) as ear:
            ear.subscribe()
            ear.hear()
        house.store(*(house.document() for _ in range(500)))
        with house.socket("nora", client) as again:
            again.subscribe(after=ear.after)
            assert len(again.titles()) == 500


def test_subscribing_again_takes_the_place_of_the_first(house: House) -> None:
    with house.socket("nora") as ear:
        ear.subscribe()
        ear.hear()
        ear.subscribe(severity="critical")
        ear.hear()
        house.store(house.document(level=3))
        house.store(house.document(level=12, title="bad"))
        assert ear.titles() == ["bad"]
        assert ear.is_quiet()


def test_unsubscribing_ends_the_messages(house: House) -> None:
    with house.socket("nora") as ear:
        ear.subscribe()
        ear.hear()
        ear.say(action="unsubscribe", type="alerts")
        assert ear.hear()["type"] == "unsubscribed"
        house.store()
        assert ear.is_quiet()


@pytest.mark.slow
def test_counts_are_told_when_they_change(house: House) -> None:
    house.store(house.document(level=12))
    with house.socket("nora") as ear:
        ear.subscribe("stats")
        first = ear.hear()
        assert (first["type"], first["total"], first["by_severity"]["critical"]) == ("stats", 1, 1)
        house.store(house.document(level=3), tenant=NORTH)
        second = ear.hear()
        assert (second["total"], second["by_severity"]["low"]) == (2, 1)


def test_html_is_what_the_list_draws(house: House) -> None:
    with house.socket("nora") as ear:
        ear.subscribe(format="html", device="web-01")
        assert ear.hear()["alerts"] == []
        house.store(house.document(title="<b>", device="web-01"))
        (row,) = ear.hear()["alerts"]
    assert row["html"].startswith("<tr ")
    assert row["html"].endswith("</tr>")
    assert "&lt;b&gt;" in row["html"]
    assert f'data-id="{row["id"]}"' in row["html"]


def test_an_alert_outside_the_time_shown_is_not_news(house: House) -> None:
    with house.socket("nora") as ear:
        ear.subscribe(**{"from": "1h"})
        ear.hear()
        house.store(house.document(at=utc_now().replace(year=2020)))
        assert ear.is_quiet()
