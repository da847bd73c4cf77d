"""From the journal to deliveries."""

import pytest

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.delivery import actions, noticing, queries
from lamis.delivery.types import DeliveryState
from tests.delivery.world import LATER, World


def is_due(world: World) -> bool:
    with world.database.read() as session:
        return noticing.is_due(session, now=world.now)


def test_an_opened_incident_makes_one_delivery_per_channel(world: World) -> None:
    world.add(name="one")
    world.add(name="two")
    incident = world.tell()
    assert is_due(world)
    assert world.notice() == 2
    assert world.notice() == 0
    assert not is_due(world)
    assert {(each.channel_name, each.incident_id) for each in world.deliveries()} == {
        ("one", incident),
        ("two", incident),
    }


def test_the_body_is_kept_with_the_delivery(world: World) -> None:
    world.add()
    incident = world.tell("incident.reopened", severity="critical")
    world.notice()
    (delivery,) = world.deliveries()
    assert delivery.body["type"] == "incident.reopened"
    assert delivery.body["timestamp"] == "2026-03-02T12:00:00.000Z"
    data = delivery.body["data"]
    assert isinstance(data, dict)
    assert (data["id"], data["severity"], data["tenant"]) == (incident, "critical", "Acme")
    assert data["url"] == f"https://lamis.example/incidents/{incident}"


@pytest.mark.parametrize(
    ("kind", "severity", "count"),
    [
        ("incident.opened", "high", 1),
        ("incident.opened", "critical", 1),
        ("incident.opened", "medium", 0),
        ("incident.closed", "critical", 0),
        ("incident.commented", "critical", 0),
    ],
)
def test_a_channel_hears_of_what_it_asked_for(world: World, kind: str, severity: str, count: int) -> None:
    world.add(min_severity="high")
    world.tell(kind, severity=severity)
    assert world.notice() == count


def test_acknowledging_and_closing_are_told_where_asked_for(world: World) -> None:
    world.add(events=["acknowledged", "closed"])
    world.tell("incident.opened")
    world.tell("incident.acknowledged")
    world.tell("incident.closed")
    assert world.notice() == 2


def test_another_tenants_incidents_are_not_told(world: World) -> None:
    world.add()
    world.tell(tenant=world.globex)
    assert not is_due(world)
    assert world.notice() == 0


def test_a_new_channel_is_not_told_of_the_past(world: World) -> None:
    world.tell()
    world.add()
    assert world.notice() == 0
    world.tell()
    assert world.notice() == 1


def test_a_channel_that_was_off_is_not_flooded(world: World) -> None:
    channel = world.add()
    for is_active in (False, True):
        with world.database.write() as session:
            actions.set_active(session, SYSTEM, channel.id, is_active=is_active, now=world.now)
        if not is_active:
            world.tell()
            assert world.notice() == 0
    world.tell()
    assert world.notice() == 1


def test_what_was_held_back_before_it_was_off_is_not_summed_up_after(world: World) -> None:
    channel = world.add(per_hour=1)
    world.tell()
    world.tell()
    assert world.notice() == 2
    for is_active in (False, True):
        with world.database.write() as session:
            actions.set_active(session, SYSTEM, channel.id, is_active=is_active, now=world.now)
    world.forward(hours=2)
    assert world.notice() == 0


def test_beyond_the_hours_limit_notifications_are_folded_into_one(world: World) -> None:
    world.add(per_hour=2)
    for _ in range(5):
        world.tell()
    assert world.notice() == 5
    assert len(world.deliveries(DeliveryState.WAITING)) == 2
    assert len(world.deliveries(DeliveryState.FOLDED)) == 3
    world.forward(minutes=59)
    assert not is_due(world)
    world.forward(minutes=1)
    assert is_due(world)
    assert world.notice() == 1
    summary = world.deliveries()[0]
    assert summary.title == "3 more incidents in the last hour at Acme"
    data = summary.body["data"]
    assert isinstance(data, dict)
    assert len(data["incidents"]) == data["count"] == 3
    assert world.notice() == 0


def test_after_its_hour_a_channel_is_told_at_once_again(world: World) -> None:
    world.add(per_hour=1)
    world.tell()
    world.notice()
    world.forward(hours=1)
    world.tell()
    world.notice()
    assert [each.state for each in world.deliveries()] == [DeliveryState.WAITING] * 2


def test_an_hour_that_ended_full_is_summed_up_before_the_next_begins(world: World) -> None:
    world.add(per_hour=1)
    world.tell()
    world.tell()
    world.notice()
    world.forward(hours=2)
    world.tell()
    assert world.notice() == 2
    kinds = [(each.kind, each.state) for each in world.deliveries()]
    assert kinds[0] == ("incident.opened", DeliveryState.WAITING)
    assert kinds[1] == ("incidents.summary", DeliveryState.WAITING)


def test_two_workers_at_once_make_each_delivery_once(world: World) -> None:
    world.add()
    world.tell()
    with world.database.read() as session:
        stale = queries.active_channels(session, EVERYTHING)
    world.notice()
    with world.database.write() as session:
        channels = [session.merge(channel, load=False) for channel in stale]
        teller = noticing._Teller(session, world.now, "Acme", None)
        assert [teller.follow(channel, [], {}, old=(), end=99) for channel in channels] == [0]
    assert len(world.deliveries()) == 1


def test_a_page_of_many_entries_goes_on_where_it_ended(world: World) -> None:
    world.add(per_hour=1000)
    for _ in range(noticing.PAGE + 3):
        world.tell()
    assert world.notice() == noticing.PAGE
    assert world.notice() == 3


@pytest.mark.slow
def test_a_position_follows_a_journal_that_tells_nothing(world: World) -> None:
    channel = world.add()
    before = world.row(channel).position
    for _ in range(noticing.LAG + 1):
        world.tell("alerts.stored")
    assert is_due(world)
    world.notice()
    assert world.row(channel).position > before + noticing.LAG
    assert not is_due(world)


def test_a_failing_channel_still_hears_of_incidents(world: World) -> None:
    channel = world.add()
    world.tell()
    world.notice()
    for _ in range(3):
        world.attempt(LATER)
        world.forward(hours=7)
    assert world.channel(channel.id).health.is_failing
    world.tell()
    assert world.notice() == 1
