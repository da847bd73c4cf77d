"""A query that forgets its scope sees no foreign row: the database itself holds it."""

from contextvars import copy_context
from datetime import timedelta

import pytest
from sqlalchemy import text

from lamis.base.scope import EVERYTHING, Scope
from lamis.storage import scopes
from lamis.storage.engine import Database
from tests.alerts.world import NORTH, SOUTH, settle

FORGETFUL = text("SELECT id FROM connection ORDER BY key")
ALL_THREE = ["connection-1", "connection-2", "connection-3"]


def seen(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(FORGETFUL))


@pytest.mark.parametrize(
    ("scope", "setting"),
    [(None, ""), (EVERYTHING, "all"), (Scope(frozenset()), ""), (Scope(frozenset({12, 3})), "3,12")],
)
def test_a_scope_is_told_by_keys(scope: Scope | None, setting: str) -> None:
    assert scopes.setting_of(scope) == setting


def test_on_sqlite_nothing_is_bound(sqlite_database: Database) -> None:
    settle(sqlite_database)
    with sqlite_database.read() as session:
        scopes.bind(session, SOUTH)
        assert list(session.scalars(FORGETFUL)) == ALL_THREE


@pytest.mark.engine
def test_jobs_see_all(postgres_database: Database) -> None:
    settle(postgres_database)
    assert seen(postgres_database) == ALL_THREE


@pytest.mark.engine
def test_a_door_sees_nobody_until_it_knows_who_calls(postgres_database: Database) -> None:
    settle(postgres_database)
    door = postgres_database.limited(timedelta(seconds=30))
    assert seen(door) == []

    def called() -> list[str]:
        scopes.know(SOUTH)
        return seen(door)

    assert copy_context().run(called) == ["connection-3"]
    assert seen(door) == []


@pytest.mark.engine
def test_a_session_can_be_bound_anew(postgres_database: Database) -> None:
    settle(postgres_database)
    with postgres_database.read() as session:
        for scope, found in ((NORTH, ALL_THREE[:2]), (SOUTH, ALL_THREE[2:]), (EVERYTHING, ALL_THREE)):
            scopes.bind(session, scope)
            assert list(session.scalars(FORGETFUL)) == found


@pytest.mark.engine
def test_a_forgetful_write_changes_no_foreign_row(postgres_database: Database) -> None:
    settle(postgres_database)
    with postgres_database.write() as session:
        scopes.bind(session, SOUTH)
        session.execute(text("UPDATE connection SET name = 'taken'"))
        session.execute(text("DELETE FROM tenant WHERE key = 1"))
    with postgres_database.read() as session:
        names = list(session.scalars(text("SELECT name FROM connection ORDER BY key")))
        assert names == ["Source 1", "Source 2", "taken"]
        assert list(session.scalars(text("SELECT key FROM tenant ORDER BY key"))) == [1, 2]


@pytest.mark.engine
def test_a_question_may_be_asked_of_all_and_then_no_more(postgres_database: Database) -> None:
    settle(postgres_database)
    with postgres_database.read() as session:
        scopes.bind(session, SOUTH)
        with scopes.seeing_all(session):
            assert list(session.scalars(FORGETFUL)) == ALL_THREE
        assert list(session.scalars(FORGETFUL)) == ["connection-3"]
