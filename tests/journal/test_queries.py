"""How far the streams are."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, Scope
from lamis.journal.actions import SYSTEM_STREAM, record, tenant_stream
from lamis.journal.queries import between, entries, heads, is_whole, oldest_ms
from lamis.storage.engine import Database

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def write(database: Database, stream: str, times: int) -> None:
    with database.write() as session:
        for _ in range(times):
            record(session, stream, kind="test", actor="system", subject={}, now=NOW)


def test_heads_are_those_of_the_tenants_in_scope(database: Database) -> None:
    write(database, tenant_stream(1), 3)
    write(database, tenant_stream(2), 1)
    write(database, SYSTEM_STREAM, 5)
    with database.read() as session:
        assert heads(session, EVERYTHING) == {1: 3, 2: 1}
        assert heads(session, Scope(frozenset({2, 9}))) == {2: 1}
        assert heads(session, Scope(frozenset())) == {}


def test_what_was_pruned_or_never_was_is_not_whole(database: Database) -> None:
    write(database, tenant_stream(1), 4)
    with database.write() as session:
        session.execute(text("DELETE FROM journal_entry WHERE number <= 2"))
    with database.read() as session:
        for since, expected in (({1: 4}, True), ({1: 2}, True), ({1: 1}, False), ({1: 5}, False), ({}, True)):
            assert is_whole(session, EVERYTHING, since, {1: 4}) is expected, since
        assert is_whole(session, Scope(frozenset({2})), {1: 1}, {})


def test_entries_are_read_between_two_numbers_by_kind_and_scope(database: Database) -> None:
    stream = tenant_stream(1)
    with database.write() as session:
        for kind in ("a", "b", "a", "b", "a"):
            record(session, stream, kind=kind, actor="system", subject={}, now=NOW)
    with database.read() as session:

        def found(scope: Scope, *, kinds: list[str], limit: int = 9) -> list[int]:
            rows = entries(session, scope, 1, after=1, until=4, kinds=kinds, limit=limit)
            return [row.number for row in rows]

        assert found(EVERYTHING, kinds=["a", "b"]) == [2, 3, 4]
        assert found(EVERYTHING, kinds=["b"]) == [2, 4]
        assert found(EVERYTHING, kinds=["b"], limit=1) == [2]
        assert found(Scope(frozenset({2})), kinds=["a", "b"]) == []


def test_entries_of_several_tenants_are_read_between_two_positions(database: Database) -> None:
    for tenant in (1, 2, 3):
        write(database, tenant_stream(tenant), 3)

    def found(scope: Scope, **members: Any) -> list[tuple[str, int]]:
        with database.read() as session:
            chosen = {"kinds": ["test"], "limit": 9} | members
            told = between(session, scope, {1: 1, 2: 2}, {1: 2, 2: 3, 3: 3}, **chosen)
            return [(each.stream, each.number) for each in told]

    assert found(EVERYTHING) == [(tenant_stream(1), 2), (tenant_stream(2), 3)]
    assert found(Scope(frozenset({2, 3}))) == [(tenant_stream(2), 3)]
    assert found(Scope(frozenset({3}))) == found(EVERYTHING, kinds=["other"]) == []
    assert found(EVERYTHING, limit=1) == [(tenant_stream(1), 2)]


def test_the_oldest_entry_of_a_kind_is_that_of_the_streams_in_scope(database: Database) -> None:
    write(database, tenant_stream(1), 2)
    with database.read() as session:
        assert oldest_ms(session, EVERYTHING, "test") == to_ms(NOW)
        assert oldest_ms(session, Scope(frozenset({1})), "test") == to_ms(NOW)
        assert oldest_ms(session, Scope(frozenset({2})), "test") is None
        assert oldest_ms(session, EVERYTHING, "other") is None
