"""What people do with connections: who may, what is kept, what is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.connections import actions, queries
from lamis.connections.endpoints import unseal
from lamis.connections.types import TestResult
from lamis.storage.engine import Database
from tests.connections.world import FAILED, NOON, PASSED, VAULT, add, draft, person, tenant


def journal(session: Session) -> list[str]:
    return list(session.execute(text("SELECT kind FROM journal_entry ORDER BY number")).scalars())


def windows(session: Session) -> list[tuple[str, int | None]]:
    return [(row[0], row[1]) for row in session.execute(text("SELECT state, there FROM source_window"))]


def edit(session: Session, connection_id: str, *, tested: TestResult = PASSED, **changes: object) -> None:
    actions.edit_connection(
        session, SYSTEM, connection_id, draft(**changes), vault=VAULT, tested=tested, now=NOON
    )


def test_a_new_connection_is_due_at_once_with_its_windows(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        assert (made.due_ms, made.is_active, made.generation, made.cluster_uuid) == (
            0,
            True,
            "4",
            "cluster-1",
        )
        assert len(windows(session)) == 27
        assert unseal(VAULT, made.sealed).password == "first-secret"
        assert "first-secret" not in (made.sealed or "")
        assert journal(session) == ["connection.added"]


def test_nothing_is_saved_when_the_test_failed(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        with pytest.raises(Conflict, match="test failed"):
            actions.add_connection(
                session, SYSTEM, draft(), tenant_key=key, vault=VAULT, tested=FAILED, now=NOON
            )
        made = add(session, key)
        with pytest.raises(Conflict, match="test failed"):
            edit(session, made.id, tested=FAILED, name="other")
        assert made.name == "branch"


def test_the_same_source_twice_in_a_tenant_is_a_conflict(database: Database) -> None:
    with database.write() as session:
        key, other = tenant(session, "acme"), tenant(session, "globex")
        add(session, key)
        with pytest.raises(Invalid, match="branch") as wrong:
            add(session, key, name="Branch", url="https://192.0.2.9:9200")
        assert wrong.value.field == "name"
        with pytest.raises(Conflict, match="branch"):
            add(session, key, name="again")
        add(session, key, name="again", index_pattern="wazuh-alerts-emea-*")
        add(session, other)


def test_a_blank_password_keeps_the_old_one_but_not_for_another_host(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        edit(session, made.id, password="", url="https://192.0.2.1:9201")
        assert unseal(VAULT, made.sealed).password == "first-secret"
        with pytest.raises(Invalid) as wrong:
            edit(session, made.id, password="", url="https://198.51.100.7:9200")
        assert wrong.value.field == "password"
        edit(session, made.id, password="second-secret", url="https://198.51.100.7:9200")
        assert unseal(VAULT, made.sealed).password == "second-secret"


def test_a_changed_pattern_has_every_window_read_again(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        session.execute(text("UPDATE source_window SET there = 3, here = 3, state = 'complete'"))
        edit(session, made.id, name="renamed")
        assert {there for _, there in windows(session)} == {3}
        edit(session, made.id, name="renamed", index_pattern="wazuh-alerts-emea-*")
        assert {there for _, there in windows(session)} == {None}


def test_more_history_can_be_asked_for_later(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        assert [state for state, _ in windows(session)].count("not_asked") == 1
        edit(session, made.id, backfill="all")
        assert [state for state, _ in windows(session)].count("not_asked") == 0


def test_a_paused_source_goes_on_when_resumed(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        for is_active in (False, False, True):
            actions.set_active(session, SYSTEM, made.id, is_active=is_active, now=NOON)
        assert made.is_active
        assert journal(session) == ["connection.added", "connection.paused", "connection.resumed"]


def test_a_removed_source_leaves_its_label_and_no_secret(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        removed = actions.remove_connection(session, SYSTEM, made.id, now=NOON)
        assert (removed.name, removed.erase_task_id) == ("branch", None)
        assert (made.sealed, made.is_active, made.removed_ms) == (None, False, to_ms(NOON))
        assert windows(session) == []
        with pytest.raises(NotFound):
            queries.connection_by_id(session, EVERYTHING, made.id)
        shown = queries.sources(session, EVERYTHING, now=NOON, with_removed=True)
        assert [one.state for one in shown] == ["removed"]
        add(session, made.tenant_key)


def test_a_refresh_is_of_one_source_or_of_all_that_one_sees(database: Database) -> None:
    with database.write() as session:
        key, other = tenant(session, "acme"), tenant(session, "globex")
        mine, theirs = add(session, key), add(session, other)
        mine.due_ms = theirs.due_ms = 10**15
        analyst = person(key, Role.ANALYST)
        assert actions.ask_refresh(session, analyst) == 1
        assert (mine.due_ms, theirs.due_ms) == (0, 10**15)
        with pytest.raises(NotFound):
            actions.ask_refresh(session, analyst, connection_id=theirs.id)
        assert actions.ask_refresh(session, person(key, Role.VIEWER), connection_id=mine.id) == 1
        with pytest.raises(NotAllowed):
            actions.ask_refresh(session, Actor(person_id="n", name="Nobody"))


def test_a_viewer_cannot_have_a_gap_read_again(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        mine, viewer = add(session, key), person(key, Role.VIEWER)
        with pytest.raises(NotAllowed):
            actions.ask_reread(
                session, viewer, mine.id, since=NOON - timedelta(hours=1), until=NOON, now=NOON
            )


def test_a_gap_is_read_again_when_asked(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        hour = NOON - timedelta(hours=3)
        asked = actions.ask_reread(
            session, SYSTEM, made.id, since=hour, until=hour + timedelta(minutes=61), now=NOON
        )
        assert asked == 2
        with pytest.raises(Invalid) as wrong:
            actions.ask_reread(session, SYSTEM, made.id, since=hour, until=hour, now=NOON)
        assert wrong.value.field == "until"


def test_accepting_an_identity_forgets_the_old_one(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        made.is_identity_in_doubt, made.error_code = True, "identity_changed"
        actions.accept_identity(session, SYSTEM, made.id, now=NOON)
        assert (made.is_identity_in_doubt, made.cluster_uuid, made.error_code) == (False, None, None)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_only_an_admin_of_the_tenant_manages_its_connections(database: Database, role: Role) -> None:
    with database.write() as session:
        key, other = tenant(session, "acme"), tenant(session, "globex")
        made = add(session, key)
        with pytest.raises(NotAllowed):
            add(session, key, person(key, role), name="mine", url="https://192.0.2.5:9200")
        with pytest.raises(NotAllowed):
            actions.remove_connection(session, person(key, role), made.id, now=NOON)
        with pytest.raises(NotFound):
            actions.remove_connection(session, person(other, Role.ADMIN), made.id, now=NOON)


def test_a_tenants_admin_does_not_reach_private_networks(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        assert not add(session, key, person(key, Role.ADMIN)).may_reach_private
        assert add(session, key, name="two", url="https://192.0.2.5:9200").may_reach_private
