"""What the windows of many sources say together, and which window holds a moment."""

from dataclasses import astuple

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.clock import DAY_MS, HOUR_MS, to_ms
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.connections import actions
from lamis.connections.models import Connection
from lamis.connections.queries_balance import Balance, Kept, balance, kept_since, window_holding
from lamis.connections.types import HIGHEST, LOWEST
from lamis.storage.engine import Database
from tests.connections.world import NOON, add, tenant

NOW = to_ms(NOON)


def two_sources(session: Session) -> tuple[Connection, Connection]:
    """One of each tenant; every hour of the first holds 3 there and 2 here, of the second 5 and 5."""
    mine, theirs = add(session, tenant(session, "acme")), add(session, tenant(session, "globex"))
    counts = "UPDATE source_window SET there = :there, here = :here, checks = 1, state = 'complete'"
    where = " WHERE connection_key = :key AND kind = 'dated' AND state = 'due' AND to_ms <= :now"
    for key, there, here in ((mine.key, 3, 2), (theirs.key, 5, 5)):
        session.execute(text(counts + where), {"key": key, "there": there, "here": here, "now": NOW})
    return mine, theirs


@pytest.mark.parametrize(
    ("hours", "only_first", "there", "here", "missing"),
    [(24, False, 24 * 8, 24 * 7, 24), (24, True, 24 * 3, 24 * 2, 24), (2, True, 6, 4, 2)],
)
def test_windows_of_the_asked_stretch_and_scope_are_summed(
    database: Database, hours: int, only_first: bool, there: int, here: int, missing: int
) -> None:
    with database.write() as session:
        mine, _ = two_sources(session)
        scope = Scope(frozenset({mine.tenant_key})) if only_first else EVERYTHING
        found = balance(session, scope, since_ms=NOW - hours * HOUR_MS)
        assert (found.there, found.here, found.missing) == (there, here, missing)
        sources = 1 if only_first else 2
        assert found.windows == sources * (hours + 2)  # the future and the undated are always among them
        assert found.waiting == sources * 2


def test_a_surplus_hides_no_shortage(database: Database) -> None:
    with database.write() as session:
        mine, _ = two_sources(session)
        newest = "UPDATE source_window SET here = 99 WHERE connection_key = :key AND to_ms = :now"
        session.execute(text(newest), {"key": mine.key, "now": NOW})
        assert balance(session, Scope(frozenset({mine.tenant_key})), since_ms=NOW - DAY_MS).missing == 23


def test_paused_and_removed_sources_and_foreign_tenants_count_nothing(database: Database) -> None:
    with database.write() as session:
        mine, theirs = two_sources(session)
        nothing = Balance(0, 0, 0, 0, 0)
        assert balance(session, Scope(frozenset()), since_ms=LOWEST) == nothing
        assert balance(session, Scope(frozenset({99})), since_ms=LOWEST) == nothing
        actions.set_active(session, SYSTEM, mine.id, is_active=False, now=NOON)
        actions.remove_connection(session, SYSTEM, theirs.id, now=NOON)
        session.flush()
        assert balance(session, EVERYTHING, since_ms=LOWEST) == nothing


def test_what_was_not_asked_counts_nothing(database: Database) -> None:
    with database.write() as session:
        add(session, tenant(session, "acme"))
        session.execute(text("UPDATE source_window SET state = 'not_asked', there = 7"))
        assert set(astuple(balance(session, EVERYTHING, since_ms=LOWEST))) == {0}


def test_the_window_of_a_moment_is_found(database: Database) -> None:
    with database.write() as session:
        mine, _ = two_sources(session)
        hour = NOW - 3 * HOUR_MS
        for time_ms in (hour, hour + HOUR_MS - 1):
            found = window_holding(session, EVERYTHING, mine.id, time_ms=time_ms)
            assert found
            assert (found.from_ms, found.to_ms, found.there, found.here) == (hour, hour + HOUR_MS, 3, 2)
        undated = window_holding(session, EVERYTHING, mine.id, time_ms=None)
        assert undated
        assert undated.is_undated


def test_no_window_of_another_tenant_is_found(database: Database) -> None:
    with database.write() as session:
        mine, theirs = two_sources(session)
        scope = Scope(frozenset({mine.tenant_key}))
        for time_ms in (None, NOW - 1):
            assert window_holding(session, scope, mine.id, time_ms=time_ms)
            assert window_holding(session, scope, theirs.id, time_ms=time_ms) is None
            assert window_holding(session, EVERYTHING, "unknown", time_ms=time_ms) is None


def test_what_was_kept_is_summed_over_whole_windows_of_the_stretch(database: Database) -> None:
    with database.write() as session:
        mine, _ = two_sources(session)
        since = NOW - NOW % HOUR_MS - 2 * HOUR_MS
        assert kept_since(session, EVERYTHING, mine.id, since_ms=since) == Kept(since, 4)
        assert kept_since(session, EVERYTHING, mine.id, since_ms=since - 1) == Kept(since, 4)
        assert kept_since(session, EVERYTHING, mine.id, since_ms=LOWEST).number == 48
        assert kept_since(session, EVERYTHING, mine.id, since_ms=NOW + 1) == Kept(HIGHEST, 0)
        nobody = Scope(frozenset())
        assert kept_since(session, nobody, mine.id, since_ms=since) == Kept(HIGHEST, 0)
