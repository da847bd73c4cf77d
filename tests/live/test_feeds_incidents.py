"""What the feed of incidents tells: a page and its messages are the later page."""

import json
import random
from typing import Any

import pytest

from lamis.base.errors import Invalid
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.incidents import actions_work, queries
from lamis.incidents.filters import parse_filter
from lamis.incidents.types import State, Verdict
from lamis.journal.actions import record_each, tenant_stream
from lamis.journal.positions import position_text
from lamis.journal.queries import heads
from lamis.live.feeds import feed_of
from lamis.live.feeds_incidents import MOST_MISSED, IncidentsFeed
from lamis.live.types import Params, View
from lamis.storage.engine import Database
from tests.alerts.world import NORTH, NOW, SOUTH, settle
from tests.incidents.world import high, later, rows, take
from tests.live.house import House

SIGNING = "s" * 48
EVERY: Params = (("state", ("all",)),)


@pytest.fixture
def world(database: Database) -> Database:
    settle(database)
    return database


def news(world: Database, feed: IncidentsFeed) -> Any:
    with world.read() as session:
        return json.loads(feed.news(session, now=NOW) or "null")


def first(world: Database, feed: IncidentsFeed, after: str | None = None) -> Any:
    with world.read() as session:
        return json.loads(feed.first(session, after, now=NOW) or "null")


def something(world: Database, chance: random.Random, number: int) -> None:
    """A page of alerts, or somebody's work."""
    if chance.random() < 0.6:
        devices = [chance.choice("abcd") for _ in range(3)]
        page = [high(number * 10 + place, device=device) for place, device in enumerate(devices)]
        take(world, *page, connection=chance.choice((1, 3)), now=later(hours=number))
        return
    found = chance.choice(rows(world) or [None])
    if found is None:
        return
    with world.write() as session:
        if found.state == State.OPEN:
            actions_work.acknowledge(session, SYSTEM, found.id, now=later(hours=number))
        elif found.state == State.ACKNOWLEDGED:
            verdict = Verdict.BENIGN
            actions_work.close(session, SYSTEM, found.id, verdict=verdict, now=later(hours=number))


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))]
)
@pytest.mark.parametrize("scope", [NORTH, EVERYTHING, Scope(frozenset({1, 2}))])
def test_a_page_and_the_messages_since_are_the_later_page(world: Database, seed: int, scope: Scope) -> None:
    chance = random.Random(seed)
    for number in range(chance.randint(0, 5)):
        something(world, chance, number)
    feed = IncidentsFeed(View("incidents", scope, EVERY), SIGNING)
    known = {row["id"]: row for row in first(world, feed)["incidents"]}
    news(world, feed)
    for number in range(6, 16):
        something(world, chance, number)
        said = news(world, feed)
        known |= {row["id"]: row for row in (said or {"incidents": ()})["incidents"]}
    wanted = parse_filter(dict(EVERY), person_id="")
    with world.read() as session:
        page = queries.page(session, scope, wanted, now=NOW, limit=500).incidents
    assert sorted(known) == sorted(row.id for row in page)
    assert all(known[row.id]["state"] == row.state and known[row.id]["count"] == row.count for row in page)


def test_what_was_closed_is_told_to_those_who_see_open_ones(world: Database) -> None:
    feed = IncidentsFeed(View("incidents", NORTH, format="html"), SIGNING)
    news(world, feed)
    take(world, high(1))
    (told,) = news(world, feed)["incidents"]
    assert told["is_match"]
    assert told["html"].startswith("<tr")
    with world.write() as session:
        actions_work.close(session, SYSTEM, told["id"], verdict=Verdict.BENIGN, now=NOW)
    said = news(world, feed)
    assert (said["type"], said["incidents"][0]["is_match"]) == ("incident", False)
    assert "Benign" in said["incidents"][0]["html"]


def test_nobody_hears_of_another_tenant_or_of_nothing(world: Database) -> None:
    feed = IncidentsFeed(View("incidents", SOUTH), SIGNING)
    assert first(world, feed)["incidents"] == []
    news(world, feed)
    take(world, high(1))
    assert news(world, feed) is None


def test_who_missed_something_is_told_exactly_that(world: Database) -> None:
    take(world, high(1))
    with world.read() as session:
        after = position_text(heads(session, NORTH), signing=SIGNING)
    feed = IncidentsFeed(View("incidents", NORTH), SIGNING)
    assert first(world, feed, after) is None
    take(world, high(2, device="other"))
    assert [row["number"] for row in first(world, feed, after)["incidents"]] == [2]
    with pytest.raises(Invalid):
        first(world, feed, "made up")


def test_a_flood_is_told_as_a_reset(world: Database) -> None:
    feed = IncidentsFeed(View("incidents", NORTH), SIGNING)
    news(world, feed)
    take(world, *(high(n, device=f"d{n}") for n in range(MOST_MISSED + 1)))
    said = news(world, feed)
    assert (said["type"], said["subscription"], said["count"]) == ("reset", "incidents", MOST_MISSED + 1)
    with world.write() as session:
        session.connection().exec_driver_sql("DELETE FROM journal_entry WHERE number = 1")
    with world.read() as session:
        nothing = position_text({1: 0}, signing=SIGNING)
        assert json.loads(feed.first(session, nothing, now=NOW) or "")["reason"] == "pruned"


def test_a_nonsense_filter_is_refused(world: Database) -> None:
    feed = feed_of(View("incidents", NORTH, (("state", ("gone",)),)), signing=SIGNING)
    with world.read() as session, pytest.raises(Invalid):
        feed.first(session, None, now=NOW)


def test_a_socket_hears_of_its_incidents(house: House) -> None:
    with house.client() as client, house.socket("nora", client) as nora, house.socket("sven", client) as sven:
        for ear in (nora, sven):
            ear.subscribe("incidents", assignee="nobody")
            assert ear.hear()["incidents"] == []
        house.store(house.document(level=12, title="Bad"))
        said = nora.hear()
        assert (said["type"], [row["title"] for row in said["incidents"]]) == ("incident", ["Bad"])
        assert sven.is_quiet()


def test_me_is_whoever_says_it(house: House) -> None:
    house.store(house.document(level=12, title="Bad"))
    with house.database.write() as session:
        row = rows(house.database)[0]
        actions_work.assign(session, SYSTEM, row.id, house.ids["olga"], now=NOW)
    with house.client() as client, house.socket("nora", client) as nora, house.socket("olga", client) as olga:
        for ear, count in ((nora, 0), (olga, 1)):
            ear.subscribe("incidents", assignee="me")
            assert len(ear.hear()["incidents"]) == count


def test_a_view_of_work_is_told_what_people_did_and_of_reopening_only(world: Database) -> None:
    feed = IncidentsFeed(View("incidents", EVERYTHING, (("changes", ("work",)),)), SIGNING)
    news(world, feed)
    take(world, high(1))
    take(world, high(2))
    assert news(world, feed) is None
    (found,) = rows(world)
    with world.write() as session:
        actions_work.close(session, SYSTEM, found.id, verdict=Verdict.BENIGN, now=NOW)
    assert [row["state"] for row in news(world, feed)["incidents"]] == ["closed"]
    take(world, high(3, at=later(minutes=1)), now=later(minutes=1))
    assert [(row["state"], row["count"]) for row in news(world, feed)["incidents"]] == [("open", 3)]
    south = IncidentsFeed(View("incidents", SOUTH, (("changes", ("work",)),)), SIGNING)
    with world.read() as session:
        nothing = position_text({1: 0, 2: 0}, signing=SIGNING)
        assert south.first(session, nothing, now=NOW) is None


@pytest.mark.slow
def test_every_tenant_is_no_filter_of_incidents(house: House) -> None:
    with house.client() as client, house.socket("olga", client) as olga:
        olga.subscribe("incidents", tenant="all")
        assert olga.hear()["incidents"] == []
        house.store(house.document(level=12, title="Bad"))
        assert [row["title"] for row in olga.hear()["incidents"]] == ["Bad"]


def test_work_that_is_too_much_to_look_through_leaves_nothing_untold(world: Database) -> None:
    take(world, high(1, device="a"), high(2, device="b"))
    one, other = (row.id for row in rows(world))
    feed = IncidentsFeed(View("incidents", EVERYTHING, (("changes", ("work",)),)), SIGNING)
    assert news(world, feed) is None
    with world.write() as session:
        actions_work.comment(session, SYSTEM, one, "Looking.", now=NOW)
        said = [("incident.commented", {"incident": one})] * MOST_MISSED
        record_each(session, tenant_stream(1), said, actor="system", now=NOW)
        actions_work.acknowledge(session, SYSTEM, other, now=NOW)
    assert {each["id"] for each in news(world, feed)["incidents"]} == {one, other}
