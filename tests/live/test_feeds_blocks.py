"""What the feed of blocks tells: each change once, and of others' tenants nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lamis.base.scope import EVERYTHING, Scope
from lamis.live.feeds_blocks import MOST_TOLD, BlocksFeed
from lamis.live.types import View
from lamis.storage.engine import Database
from tests.blocking.world import World
from tests.clock import NOON


@pytest.fixture
def world(database: Database) -> World:
    made = World(database)
    made.firewall()
    return made


@pytest.fixture
def feed(world: World) -> BlocksFeed:
    return BlocksFeed(View("blocks", EVERYTHING))


def news(world: World, feed: BlocksFeed, *, later: timedelta = timedelta()) -> Any:
    with world.database.read() as session:
        return json.loads(feed.news(session, now=NOON + later) or "null")


def first(world: World, feed: BlocksFeed, *, later: timedelta = timedelta()) -> Any:
    with world.database.read() as session:
        return json.loads(feed.first(session, None, now=NOON + later))


def test_each_change_of_a_block_is_told_once_with_its_receipts(world: World, feed: BlocksFeed) -> None:
    assert news(world, feed) is None
    block_id = world.ask("203.0.113.9")
    told = news(world, feed)
    assert (told["type"], told["count"]) == ("blocks", 1)
    assert [(each["id"], each["state"]) for each in told["blocks"]] == [(block_id, "REQUESTED")]
    assert [each["firewall"] for each in told["blocks"][0]["receipts"]] == ["fw-1"]
    assert news(world, feed) is None
    world.lift(block_id)
    assert news(world, feed)["blocks"][0]["state"] == "LIFTING"
    assert news(world, feed) is None


def test_who_begins_to_follow_hears_what_changed_lately_and_not_again(world: World, feed: BlocksFeed) -> None:
    world.ask("203.0.113.9")
    assert first(world, feed)["count"] == 1
    assert first(world, feed, later=timedelta(minutes=2)) == {"type": "blocks", "count": 0, "blocks": []}
    assert news(world, feed) is None


def test_blocks_of_long_ago_are_no_news(world: World, feed: BlocksFeed) -> None:
    world.ask("203.0.113.9")
    for minutes in (60, 61, 62):
        assert news(world, feed, later=timedelta(minutes=minutes)) is None


def test_a_change_is_told_after_the_clock_went_back(world: World, feed: BlocksFeed) -> None:
    assert news(world, feed, later=timedelta(hours=1)) is None
    world.ask("203.0.113.9")
    assert news(world, feed)["count"] == 1
    assert news(world, feed) is None


@pytest.mark.slow
def test_many_changes_are_counted_and_the_newest_told(world: World, feed: BlocksFeed) -> None:
    news(world, feed)
    for number in range(MOST_TOLD + 1):
        world.ask(f"203.0.{113 + number // 200}.{number % 200 + 1}", is_confirmed=True)
    told = news(world, feed)
    assert (told["count"], len(told["blocks"])) == (MOST_TOLD + 1, MOST_TOLD)


def test_a_feed_tells_nothing_of_a_foreign_tenant(world: World) -> None:
    own = BlocksFeed(View("blocks", Scope(frozenset({world.globex}))))
    named = BlocksFeed(View("blocks", EVERYTHING, (("tenant", ("nobody",)),)))
    for feed in (own, named):
        news(world, feed)
    meant = BlocksFeed(View("blocks", EVERYTHING, (("tenant", ("Acme",)),)))
    news(world, meant)
    world.ask("203.0.113.9")
    assert news(world, meant)["count"] == 1
    assert news(world, own) is None
    assert news(world, named) is None
    assert first(world, own)["count"] == 0
