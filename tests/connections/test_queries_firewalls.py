"""Reading firewalls; and that nothing about sources ever sees one."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.connections import actions, claims, queries, queries_firewalls, queries_windows
from lamis.connections.firewalls import firewall_seen
from lamis.connections.queries_balance import balance
from lamis.connections.types import HealthWord, StatusWord
from lamis.storage.engine import Database
from tests.connections.world import NOON, PASSED, VAULT, add, add_firewall, firewall_draft, tenant

SOON = NOON + timedelta(minutes=1)


def test_firewalls_are_listed_by_name_with_their_alias(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        add_firewall(session, key, name="zulu")
        add_firewall(session, key, name="Alpha", url="https://192.0.2.31", alias="Ours", may_create=True)
        add(session, key)
        alpha, zulu = queries_firewalls.firewalls(session, EVERYTHING, now=NOON)
        assert (alpha.name, alpha.alias, alpha.may_create, alpha.tenant_name) == (
            "Alpha",
            "Ours",
            True,
            "acme",
        )
        assert (zulu.name, zulu.alias, zulu.health.word) == ("zulu", "LAMIS_block", HealthWord.GOOD)
        assert (zulu.entries, zulu.drift) == (None, None)


def test_a_foreign_firewall_is_not_there(database: Database) -> None:
    with database.write() as session:
        mine, other = tenant(session, "acme"), tenant(session, "globex")
        theirs = add_firewall(session, other)
        scope = Scope(frozenset({mine}))
        assert queries_firewalls.firewalls(session, scope, now=NOON) == []
        assert queries_firewalls.active_firewalls(session, scope, other) == []
        assert queries_firewalls.own_networks(session, scope, other) == []
        assert queries_firewalls.tenants_with_firewalls(session, scope) == []
        assert queries_firewalls.failing_firewalls(session, scope, now=NOON + timedelta(days=1)) == []
        for read in (
            lambda: queries.firewall_row(session, scope, theirs.id),
            lambda: queries_firewalls.firewall_by_id(session, scope, theirs.id, now=NOON),
            lambda: queries_firewalls.stored_firewall(session, scope, theirs.id),
        ):
            with pytest.raises(NotFound, match="no such firewall"):
                read()


def test_a_source_is_no_firewall(database: Database) -> None:
    with database.write() as session:
        source = add(session, tenant(session, "acme"))
        with pytest.raises(NotFound):
            queries.firewall_row(session, EVERYTHING, source.id)
        with pytest.raises(NotFound):
            queries_firewalls.firewall_by_id(session, EVERYTHING, source.id, now=NOON)
        assert queries_firewalls.active_firewalls(session, EVERYTHING) == []


def test_paused_and_removed_ones_are_told_nothing_and_paused_ones_still_protect_themselves(
    database: Database,
) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        row = add_firewall(session, key)
        assert [each.alias for each in queries_firewalls.active_firewalls(session, EVERYTHING, key)] == [
            "LAMIS_block"
        ]
        assert queries_firewalls.tenants_with_firewalls(session, EVERYTHING) == [key]
        own = [ip_network("198.51.100.1/32"), ip_network("2001:db8::1/128")]
        assert queries_firewalls.own_networks(session, EVERYTHING, key) == own
        actions.set_active(session, SYSTEM, row.id, is_active=False, now=SOON)
        assert queries_firewalls.active_firewalls(session, EVERYTHING, key) == []
        assert queries_firewalls.tenants_with_firewalls(session, EVERYTHING) == []
        assert queries_firewalls.own_networks(session, EVERYTHING, key) == own
        assert queries_firewalls.stored_firewall(session, EVERYTHING, row.id).connection.id == row.id
        actions.remove_connection(session, SYSTEM, row.id, now=SOON)
        assert queries_firewalls.own_networks(session, EVERYTHING, key) == []
        assert queries_firewalls.firewalls(session, EVERYTHING, now=SOON) == []


def test_failing_ones_are_named(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        bad, _ = add_firewall(session, key), add_firewall(session, key, name="b", url="https://192.0.2.31")
        firewall_seen(session, bad.key, code="auth_failed", error="It refuses the key.", now=SOON)
        session.expire_all()
        (found,) = queries_firewalls.failing_firewalls(session, EVERYTHING, now=SOON)
        assert (found.id, found.name, found.health.sentence) == (bad.id, "fw-3", "It refuses the key.")


def test_two_firewalls_of_one_tenant_differ_in_name_and_place(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        add_firewall(session, key)
        add(session, key, name="emea")
        with pytest.raises(Exception, match="a firewall called “fw-3”"):
            add(session, key, name="FW-3", url="https://192.0.2.9:9200")
        with pytest.raises(Exception, match="a source called “emea”"):
            add_firewall(session, key, name="emea", url="https://192.0.2.31")
        with pytest.raises(Exception, match="“fw-3” leads to this firewall and alias already"):
            add_firewall(session, key, name="again")
        add_firewall(session, key, name="again", alias="Other")
        add_firewall(session, tenant(session, "globex"))


def test_no_source_query_sees_a_firewall(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        row = add_firewall(session, key)
        firewall_seen(session, row.key, code="timeout", error="Slow.", now=SOON)
        status = queries.system_status(session, EVERYTHING, now=SOON)
        assert (status.word, status.active, status.good) == (StatusWord.NONE, 0, 0)
        assert queries.sources(session, EVERYTHING, now=SOON, with_removed=True) == []
        assert queries.source_names(session, EVERYTHING) == []
        assert queries.troubled_count(session, EVERYTHING, now=SOON) == 0
        assert queries.refreshable(session, EVERYTHING, None) == []
        assert queries.is_refreshed(session, EVERYTHING)
        assert queries_windows.active_connections(session, EVERYTHING) == []
        assert balance(session, EVERYTHING, since_ms=0).windows == 0
        for is_healthy in (True, False):
            found = queries_windows.due_connection(
                session, EVERYTHING, now_ms=to_ms(SOON), healthy_only=is_healthy
            )
            assert found is None
        assert claims.claim_next(session, now=SOON) is None
        fence = row.fence
        claims.start_over(session)
        session.expire_all()
        assert row.fence == fence
        assert [each.id for each in queries.connections_of(session, EVERYTHING, key)] == [row.id]
        assert queries.connection_named(session, EVERYTHING, "FW-3").id == row.id


@pytest.mark.parametrize(
    "read",
    [
        lambda session, row_id: queries.source_row(session, EVERYTHING, row_id),
        lambda session, row_id: queries.source_by_id(session, EVERYTHING, row_id, now=NOON),
        lambda session, row_id: queries.ledger(session, EVERYTHING, row_id, now=NOON),
        lambda session, row_id: queries.refreshable(session, EVERYTHING, row_id),
        lambda session, row_id: actions.ask_refresh(session, SYSTEM, connection_id=row_id),
        lambda session, row_id: actions.accept_identity(session, SYSTEM, row_id, now=NOON),
        lambda session, row_id: actions.ask_reread(session, SYSTEM, row_id, since=NOON, until=SOON, now=NOON),
    ],
)
def test_what_only_sources_have_is_not_found_at_a_firewall(
    database: Database, read: Callable[[Session, str], object]
) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        with pytest.raises(NotFound, match="no such source"):
            read(session, row.id)


def test_a_firewall_keeps_its_kind(database: Database) -> None:
    with database.write() as session:
        row = add(session, tenant(session, "acme"))
        with pytest.raises(Exception, match="kind of a connection does not change"):
            actions.edit_connection(
                session, SYSTEM, row.id, firewall_draft(), vault=VAULT, tested=PASSED, now=SOON
            )
