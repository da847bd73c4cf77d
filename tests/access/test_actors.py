"""Who a person is, and what the store shows from then on."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from lamis.access.actors import known_actor
from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM, Role, Scope
from lamis.people.actions import add_person
from lamis.storage.engine import Database
from tests.alerts.world import settle

DOOR_S = timedelta(seconds=30)


@pytest.fixture
def nora(database: Database) -> str:
    """A viewer of the tenant 1."""
    settle(database)
    with database.write() as session:
        made = add_person(session, SYSTEM, name="nora", tenant_key=1, role=Role.VIEWER, now=utc_now())
    return made.person_id


def test_a_door_learns_the_roles_of_whoever_it_asks_for(database: Database, nora: str) -> None:
    with database.limited(DOOR_S).read() as session:
        actor = known_actor(session, nora)
    assert actor is not None
    assert actor.full_scope == Scope(frozenset({1}))


def test_from_then_on_the_store_shows_their_rows_only(database: Database, nora: str) -> None:
    with database.limited(DOOR_S).read() as session:
        known_actor(session, nora)
        keys = list(session.scalars(text("SELECT key FROM tenant ORDER BY key")))
    assert keys == ([1, 2] if database.dialect == "sqlite" else [1])


def test_who_is_unknown_is_shown_nothing(database: Database, nora: str) -> None:
    with database.limited(DOOR_S).read() as session:
        assert known_actor(session, "nobody") is None
        keys = list(session.scalars(text("SELECT key FROM tenant ORDER BY key")))
    assert keys == ([1, 2] if database.dialect == "sqlite" else [])
