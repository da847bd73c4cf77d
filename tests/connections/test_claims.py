"""Claims on rows; how workers use them is tested with the collector."""

from datetime import timedelta

import pytest

from lamis.base.clock import to_ms
from lamis.base.scope import SYSTEM
from lamis.connections import actions, claims
from lamis.storage.engine import Database
from tests.connections.world import NOON, add, tenant


def test_an_edit_ends_the_claim_and_leaves_the_source_due(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
    with database.write() as session:
        held = claims.claim_next(session, now=NOON)
        assert held is not None
        assert held.is_forced
    with database.write() as session:
        actions.accept_identity(session, SYSTEM, made.id, now=NOON)
    with database.write() as session:
        with pytest.raises(claims.ClaimLost):
            claims.hold(session, held, now=NOON)
        claims.give_up(session, held)
        assert claims.claim_next(session, now=NOON) is not None


def test_a_refresh_asked_meanwhile_leaves_the_source_due(database: Database) -> None:
    later = NOON + timedelta(seconds=10)
    with database.write() as session:
        add(session, tenant(session, "acme"))
    with database.write() as session:
        first = claims.claim_next(session, now=NOON)
    with database.write() as session:
        actions.ask_refresh(session, SYSTEM)
    with database.write() as session:
        assert first is not None
        claims.let_go(session, first, due_ms=to_ms(later), values={}, was_polled=True)
        second = claims.claim_next(session, now=NOON)
        assert second is not None
        assert second.is_forced
        claims.let_go(session, second, due_ms=to_ms(later), values={"failures": 2}, was_polled=True)
        assert claims.claim_next(session, now=NOON) is None
        third = claims.claim_next(session, now=later)
        assert third is not None
        assert (third.is_forced, third.connection.failures) == (False, 2)
