"""Reading sources: only those in scope, with their health and status."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from lamis.base.clock import to_ms
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.connections import actions, queries
from lamis.connections.types import HealthWord, SourceState, StatusWord
from lamis.storage.engine import Database
from tests.connections.world import NOON, add, tenant


def test_a_foreign_source_is_not_there(database: Database) -> None:
    with database.write() as session:
        mine, other = tenant(session, "acme"), tenant(session, "globex")
        theirs = add(session, other)
        scope = Scope(frozenset({mine}))
        assert queries.sources(session, scope, now=NOON) == []
        assert queries.connections_of(session, scope, other) == []
        for read in (
            lambda: queries.connection_by_id(session, scope, theirs.id),
            lambda: queries.source_by_id(session, scope, theirs.id, now=NOON),
            lambda: queries.ledger(session, scope, theirs.id, now=NOON),
            lambda: queries.connection_named(session, scope, "branch"),
            lambda: queries.refreshable(session, scope, theirs.id),
        ):
            with pytest.raises(NotFound):
                read()


def test_a_name_in_two_tenants_asks_for_the_id(database: Database) -> None:
    with database.write() as session:
        one = add(session, tenant(session, "acme"))
        add(session, tenant(session, "globex"))
        with pytest.raises(NotFound, match="Several"):
            queries.connection_named(session, EVERYTHING, "BRANCH")
        assert queries.connection_named(session, EVERYTHING, one.id).key == one.key


@pytest.mark.parametrize("typed", ["Bu\u0308ro  Su\u0308d", " b\u00fcro s\u00fcd"])
def test_a_name_is_found_however_it_is_typed(database: Database, typed: str) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"), name="Bu\u0308ro S\u00fcd")
        assert queries.connection_named(session, EVERYTHING, typed) is made


def test_a_name_that_was_stored_as_it_was_typed_is_found_and_not_given_twice(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        made = add(session, key, name="before")
        made.name, made.name_folded = "Two  Spaces", "two  spaces"
        assert queries.connection_named(session, EVERYTHING, "Two  Spaces") is made
        with pytest.raises(Invalid, match="already"):
            add(session, key, name="two spaces", url="https://192.0.2.99:9200")


def test_sources_are_listed_by_name_with_what_is_missing(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        add(session, key, name="zebra")
        add(session, key, name="Ant", url="https://192.0.2.2:9200")
        session.execute(
            text("UPDATE source_window SET there = 3, here = 1, refused = 1 WHERE connection_key = 2")
        )
        found = queries.sources(session, EVERYTHING, now=NOON)
        assert [one.name for one in found] == ["Ant", "zebra"]
        assert found[0].missing == 27
        assert found[0].tenant_name == "acme"


def test_names_are_those_of_every_source_in_scope_with_their_state(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        ids = [
            add(session, key, name=name, url=f"https://{name}.example:9200").id
            for name in ("Cat", "bee", "Ant")
        ]
        add(session, tenant(session, "globex"), name="theirs")
        session.execute(text("UPDATE connection SET is_active = false WHERE name IN ('bee', 'Ant')"))
        session.execute(text("UPDATE connection SET removed_ms = 1 WHERE name = 'Ant'"))
        assert queries.source_names(session, Scope(frozenset({key}))) == [
            (ids[2], "Ant", SourceState.REMOVED),
            (ids[1], "bee", SourceState.PAUSED),
            (ids[0], "Cat", SourceState.ACTIVE),
        ]


def test_the_status_is_none_protected_or_an_error(database: Database) -> None:
    with database.write() as session:
        assert queries.system_status(session, EVERYTHING, now=NOON).word is StatusWord.NONE
        key = tenant(session, "acme")
        good, bad = add(session, key), add(session, key, name="bad", url="https://192.0.2.2:9200")
        good.last_good_ms = bad.last_good_ms = to_ms(NOON)
        status = queries.system_status(session, EVERYTHING, now=NOON)
        assert (status.word, status.good, status.active) == (StatusWord.PROTECTED, 2, 2)
        bad.error_code, bad.error_text = "timeout", "It took too long."
        session.flush()
        status = queries.system_status(session, EVERYTHING, now=NOON)
        assert (status.word, status.good, status.active) == (StatusWord.ERROR, 1, 2)
        assert [one.health.word for one in status.troubled] == [HealthWord.FAILING]
        actions.set_active(session, SYSTEM, bad.id, is_active=False, now=NOON)
        session.flush()
        assert queries.system_status(session, EVERYTHING, now=NOON).word is StatusWord.PROTECTED
        late = NOON + timedelta(hours=1)
        assert queries.system_status(session, EVERYTHING, now=late).word is StatusWord.ERROR
