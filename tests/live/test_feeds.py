"""What a feed tells: a page and its messages are the later page."""

import json
import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamis.alerts import queries
from lamis.base.clock import to_ms
from lamis.base.errors import Invalid
from lamis.base.scope import EVERYTHING, Scope
from lamis.connections.models import Connection
from lamis.journal.positions import position_text
from lamis.journal.queries import heads
from lamis.live.feeds import MOST_AT_ONCE, AlertsFeed, Feed, feed_of
from lamis.live.types import Params, View
from lamis.storage.engine import Database
from tests import store
from tests.alerts.world import NORTH, NOW, SOUTH, document, put, settle

SIGNING = "s" * 48
SCOPES = (NORTH, SOUTH, EVERYTHING, Scope(frozenset({1, 2})), Scope(frozenset()))
FILTERS: tuple[Params, ...] = (
    (),
    (("severity", ("critical", "high")),),
    (("device", ("web-1",)),),
    (("address", ("203.0.113.0/29",)),),
    (("q", ("login",)),),
    (("tenant", ("South",)),),
    (("connection", ("connection-2",)),),
    (("from", ("3h",)),),
    (("level", ("7",)), ("user", ("root",))),
    (("rule", ("100",)), ("to", ("1h",))),
    (("group", ("sshd",)), ("q", ("login",))),
)


@pytest.fixture
def world(database: Database) -> Database:
    settle(database)
    return database


def store_some(database: Database, chance: random.Random, first: int) -> int:
    """A page of random alerts of a random source; some were stored before. Returns the next number."""
    count = chance.randint(1, 4)
    numbers = [chance.randint(0, first + count) for _ in range(count)]
    put(
        database,
        *(
            document(
                number,
                at=NOW - timedelta(hours=chance.choice((0, 0.5, 2, 5, 30))),
                level=chance.randint(1, 14),
                device=chance.choice(("web-1", "web-2", None)),
                rule=chance.choice(("100", "200")),
                user=chance.choice(("root", "eve", None)),
                addresses=[f"203.0.113.{chance.randint(1, 14)}"],
                title=chance.choice(("Login failed", "Disk full")),
                groups=chance.choice((("sshd",), ("web",))),
            )
            for number in numbers
        ),
        connection=chance.randint(1, 3),
    )
    return first + count


def ids(text: str | None) -> list[str]:
    if text is None:
        return []
    said = json.loads(text)
    assert said["type"] == "alerts"
    return [row["id"] for row in said["alerts"]]


def page_ids(database: Database, view: View) -> list[str]:
    with database.read() as session:
        found = queries.page(session, view.scope, view.wanted(now=NOW), limit=5000)
    return [row.id for row in found.alerts]


def position(database: Database, scope: Scope) -> str:
    with database.read() as session:
        return position_text(heads(session, scope), signing=SIGNING)


def news(database: Database, feed: Feed) -> str | None:
    with database.read() as session:
        return feed.news(session, now=NOW)


def first(database: Database, feed: Feed, after: str | None) -> str | None:
    with database.read() as session:
        return feed.first(session, after, now=NOW)


@pytest.mark.slow
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), scope=st.sampled_from(SCOPES), params=st.sampled_from(FILTERS))
def test_a_page_and_the_messages_since_are_the_later_page(
    store_template: Path, seed: int, scope: Scope, params: Params
) -> None:
    chance, view = random.Random(seed), View("alerts", scope, params)
    with TemporaryDirectory() as folder:
        database = store.copy_of(store_template, Path(folder))
        settle(database)
        number = 0
        for _ in range(chance.randint(0, 4)):
            number = store_some(database, chance, number)
        shown, after = page_ids(database, view), position(database, scope)
        feed, told = AlertsFeed(view, SIGNING), []
        news(database, feed)
        for _ in range(chance.randint(0, 8)):
            number = store_some(database, chance, number)
            if chance.random() < 0.6:
                told.append(news(database, feed))
        told.append(news(database, feed))
        heard = [each for text in told for each in ids(text)]
        missed = ids(first(database, feed, after))
        later = page_ids(database, view)
        # Any message's `after` is good by itself: resuming there brings the rest.
        spoken = [text for text in told if text is not None]
        if spoken:
            cut = chance.randrange(len(spoken))
            rest = ids(first(database, feed, json.loads(spoken[cut])["after"]))
            assert sorted(rest) == sorted(each for text in spoken[cut + 1 :] for each in ids(text))
        database.close()
    assert len(heard) == len(set(heard))
    assert sorted(heard) == sorted(missed)
    assert sorted(shown + heard) == sorted(later)


def test_what_comes_at_once_is_told_newest_first(world: Database) -> None:
    feed = AlertsFeed(View("alerts", NORTH), SIGNING)
    news(world, feed)
    put(world, *(document(n, at=NOW - timedelta(minutes=n)) for n in (3, 1, 2)))
    said = json.loads(news(world, feed) or "")
    assert [row["created_at"] for row in said["alerts"]] == sorted(
        (row["created_at"] for row in said["alerts"]), reverse=True
    )


def test_a_flood_is_told_as_a_reset(world: Database) -> None:
    feed = AlertsFeed(View("alerts", NORTH), SIGNING)
    news(world, feed)
    put(world, *(document(n) for n in range(MOST_AT_ONCE + 1)), text_index=False)
    said = json.loads(news(world, feed) or "")
    assert (said["type"], said["count"]) == ("reset", MOST_AT_ONCE + 1)
    put(world, document(MOST_AT_ONCE + 2))
    assert len(ids(news(world, feed))) == 1


def test_who_stands_where_the_journal_was_pruned_is_reset(world: Database) -> None:
    put(world, document(1))
    after = position(world, NORTH)
    put(world, document(2))
    with world.write() as session:
        session.connection().exec_driver_sql("DELETE FROM journal_entry WHERE number = 2")
    put(world, document(3))
    said = json.loads(first(world, AlertsFeed(View("alerts", NORTH), SIGNING), after) or "")
    assert (said["type"], said["reason"], said["count"]) == ("reset", "pruned", 2)


def test_who_stands_ahead_of_the_store_is_reset(world: Database) -> None:
    put(world, document(1))
    after = position_text({1: 7}, signing=SIGNING)
    said = json.loads(first(world, AlertsFeed(View("alerts", NORTH), SIGNING), after) or "")
    assert (said["type"], said["reason"]) == ("reset", "pruned")


def test_a_position_that_is_none_changes_nothing(world: Database) -> None:
    feed = AlertsFeed(View("alerts", NORTH), SIGNING)
    news(world, feed)
    put(world, document(1))
    with pytest.raises(Invalid):
        first(world, feed, "made up")
    assert len(ids(news(world, feed))) == 1


def test_counts_are_told_only_when_they_changed(world: Database) -> None:
    feed = feed_of(View("stats", NORTH), signing=SIGNING)
    assert news(world, feed) is None
    put(world, document(1, level=12), connection=3)
    assert news(world, feed) is None
    put(world, document(1, level=12))
    said: dict[str, Any] = json.loads(news(world, feed) or "")
    assert (said["total"], said["by_severity"]["critical"]) == (1, 1)
    assert news(world, feed) is None


def test_a_source_that_is_late_is_told_without_a_new_alert(world: Database) -> None:
    feed = feed_of(View("stats", NORTH), signing=SIGNING)
    assert json.loads(first(world, feed, None) or "")["late_sources"] == 0
    news(world, feed)
    with world.write() as session:
        source = session.get_one(Connection, 1)
        source.last_good_ms = to_ms(NOW - timedelta(hours=1))
    told = json.loads(news(world, feed) or "")
    assert (told["total"], told["late_sources"]) == (0, 1)
    other = feed_of(View("stats", Scope(frozenset())), signing=SIGNING)
    assert json.loads(first(world, other, None) or "")["late_sources"] == 0
