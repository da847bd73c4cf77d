"""How sources fare, counted and told the same everywhere, and whether a Refresh was answered."""

from typing import Any

import pytest
from sqlalchemy import text

from lamis.base.clock import HOUR_MS, to_ms
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.connections import actions, claims, queries
from lamis.connections.types import HealthWord, StatusWord, WindowState
from lamis.storage.engine import Database
from lamis.storage.state import set_state
from tests.connections.world import NOON, add, tenant

NOW = to_ms(NOON)


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({}, HealthWord.GOOD),
        ({"last_good_ms": None}, HealthWord.WAITING),
        ({"last_good_ms": NOW - HOUR_MS}, HealthWord.FAILING),
        ({"error_code": "timeout", "error_text": "It took too long."}, HealthWord.FAILING),
        ({"is_identity_in_doubt": True}, HealthWord.STOPPED),
        ({"health": {"silent_since_ms": NOW - HOUR_MS}}, HealthWord.QUIET),
        ({"health": {"window_error": "Some hours cannot be read."}}, HealthWord.FAILING),
    ],
)
def test_list_page_count_and_status_tell_the_same(
    database: Database, columns: dict[str, Any], word: HealthWord
) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        for name, value in {"last_good_ms": NOW, **columns}.items():
            setattr(made, name, value)
        session.flush()
        (listed,) = queries.sources(session, EVERYTHING, now=NOON)
        alone = queries.source_by_id(session, EVERYTHING, made.id, now=NOON)
        status = queries.system_status(session, EVERYTHING, now=NOON)
        assert listed == alone
        assert listed.health.word is word
        troubled = 0 if listed.health.is_good else 1
        assert len(status.troubled) == status.active - status.good == troubled
        assert queries.troubled_count(session, EVERYTHING, now=NOON) == troubled
        assert status.word is (StatusWord.ERROR if troubled else StatusWord.PROTECTED)
        nothing = Scope(frozenset())
        assert queries.system_status(session, nothing, now=NOON).word is StatusWord.NONE
        assert queries.troubled_count(session, nothing, now=NOON) == 0


def test_a_full_disk_is_told_of_every_source_and_of_the_whole(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        made.last_good_ms = NOW
        set_state(session, queries.DISK_STATE, "The disk is nearly full.")
        session.flush()
        status = queries.system_status(session, EVERYTHING, now=NOON)
        assert (status.word, status.resting) == (StatusWord.ERROR, "The disk is nearly full.")
        assert [one.health.word for one in status.troubled] == [HealthWord.RESTING]


def test_the_worst_is_named_first(database: Database) -> None:
    words: dict[str, dict[str, Any]] = {
        "a": {"silent_since_ms": 1},
        "b": {"window_error": "Some hours cannot be read."},
        "c": {},
    }
    with database.write() as session:
        key = tenant(session, "acme")
        for number, (name, health) in enumerate(words.items()):
            made = add(session, key, name=name, url=f"https://192.0.2.{number + 1}:9200")
            made.last_good_ms, made.health, made.is_identity_in_doubt = NOW, health, name == "c"
        session.flush()
        status = queries.system_status(session, EVERYTHING, now=NOON)
        assert [one.name for one in status.troubled] == ["c", "b", "a"]


def test_a_refresh_is_answered_by_a_poll_of_every_source_in_scope(database: Database) -> None:
    with database.write() as session:
        mine, theirs = add(session, tenant(session, "acme")), add(session, tenant(session, "globex"))
        assert queries.is_refreshed(session, EVERYTHING)
        actions.ask_refresh(session, SYSTEM)
    scope = Scope(frozenset({mine.tenant_key}))
    polled: set[int] = set()
    while len(polled) < 2:
        with database.ingest() as session:
            assert not queries.is_refreshed(session, EVERYTHING)
            assert queries.is_refreshed(session, scope) is (mine.key in polled)
            assert queries.is_refreshed(session, EVERYTHING, theirs.id) is (theirs.key in polled)
            one = claims.claim_next(session, now=NOON)
            assert one
            claims.let_go(session, one, due_ms=NOW + 1, values={}, was_polled=True)
            polled.add(one.key)
    with database.read() as session:
        assert queries.is_refreshed(session, EVERYTHING)


def test_nobody_waits_for_a_source_that_is_not_polled(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        paused, doubtful = add(session, key), add(session, key, name="b", url="https://192.0.2.2:9200")
        actions.ask_refresh(session, SYSTEM)
        actions.set_active(session, SYSTEM, paused.id, is_active=False, now=NOON)
        doubtful.is_identity_in_doubt = True
        session.flush()
        assert queries.is_refreshed(session, EVERYTHING)
        assert queries.is_refreshed(session, EVERYTHING, paused.id)


def test_the_ledger_is_of_one_source_and_agrees_with_its_row(database: Database) -> None:
    with database.write() as session:
        made, other = add(session, tenant(session, "acme")), add(session, tenant(session, "globex"))
        hour = {"key": made.key, "from": NOW - 2 * HOUR_MS}
        session.execute(
            text(
                "UPDATE source_window SET there = 9, here = 5, refused = 1, checks = 1, state = 'due'"
                " WHERE connection_key = :key AND from_ms = :from"
            ),
            hour,
        )
        session.execute(
            text(
                "UPDATE source_window SET there = 1, here = 4, checks = 1, state = 'expired'"
                " WHERE connection_key = :key AND from_ms = :from - 3600000"
            ),
            hour,
        )
        ledger = queries.ledger(session, EVERYTHING, made.id, now=NOON)
        source = queries.source_by_id(session, EVERYTHING, made.id, now=NOON)
        assert (ledger.there, ledger.here, ledger.refused) == (10, 9, 1)
        assert (ledger.missing, ledger.expired) == (source.missing, source.expired) == (3, 3)
        assert {line.state for line in ledger.lines} == {WindowState.DUE, WindowState.EXPIRED}
        assert queries.ledger(session, EVERYTHING, other.id, now=NOON).there == 0


def test_a_removed_source_is_listed_only_when_asked_for(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        actions.remove_connection(session, SYSTEM, made.id, now=NOON)
        session.flush()
        assert queries.sources(session, EVERYTHING, now=NOON) == []
        (listed,) = queries.sources(session, EVERYTHING, now=NOON, with_removed=True)
        assert listed.health.word is HealthWord.REMOVED
        assert queries.sources(session, Scope(frozenset({99})), now=NOON, with_removed=True) == []
