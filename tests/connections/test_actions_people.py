"""Who may do what with a connection, and what is written down of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.errors import Conflict, NotAllowed, NotFound
from lamis.base.scope import EVERYTHING, Actor, Role
from lamis.connections import actions
from lamis.connections.models import Connection
from lamis.journal.models import JournalEntry
from lamis.storage.engine import Database
from lamis.tasks import queries as tasks
from tests.connections.world import FAILED, NOON, PASSED, VAULT, add, draft, person, tenant

OPERATOR = Actor("op", "Olga", is_operator=True)
NOBODY = Actor("no", "Nora")

Action = Callable[[Session, Actor, Connection], object]


def _add(session: Session, actor: Actor, made: Connection) -> object:
    return add(session, made.tenant_key, actor, name="other", url="https://192.0.2.5:9200")


def _edit(session: Session, actor: Actor, made: Connection) -> object:
    return actions.edit_connection(
        session, actor, made.id, draft(name="renamed"), vault=VAULT, tested=PASSED, now=NOON
    )


def _pause(session: Session, actor: Actor, made: Connection) -> object:
    return actions.set_active(session, actor, made.id, is_active=False, now=NOON)


def _remove(session: Session, actor: Actor, made: Connection) -> object:
    return actions.remove_connection(session, actor, made.id, now=NOON)


def _accept(session: Session, actor: Actor, made: Connection) -> object:
    return actions.accept_identity(session, actor, made.id, now=NOON)


def _refresh(session: Session, actor: Actor, made: Connection) -> object:
    return actions.ask_refresh(session, actor, connection_id=made.id)


def _reread(session: Session, actor: Actor, made: Connection) -> object:
    since = NOON - timedelta(hours=2)
    return actions.ask_reread(session, actor, made.id, since=since, until=NOON, now=NOON)


MANAGING: dict[Action, str] = {
    _add: "connection.added",
    _edit: "connection.changed",
    _pause: "connection.paused",
    _remove: "connection.removed",
    _accept: "connection.identity_accepted",
}
WATCHING: dict[Action, str | None] = {_refresh: None, _reread: "connection.reread"}


def last_entry(session: Session) -> JournalEntry:
    session.flush()
    return session.query(JournalEntry).order_by(JournalEntry.number.desc()).first()  # type: ignore[return-value]


@pytest.mark.parametrize("action", [*MANAGING, *WATCHING])
def test_a_foreign_connection_is_not_found(database: Database, action: Action) -> None:
    with database.write() as session:
        made, other = add(session, tenant(session, "acme")), tenant(session, "globex")
        operator_elsewhere = OPERATOR.narrow(other)
        for stranger in (NOBODY, person(other, Role.ADMIN), operator_elsewhere):
            if action is _add and stranger is operator_elsewhere:
                continue  # the tenant was named, and operators see them all
            with pytest.raises(NotFound):
                action(session, stranger, made)


@pytest.mark.parametrize("action", MANAGING)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_watching_is_not_managing(database: Database, action: Action, role: Role) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        entries = session.query(JournalEntry).count()
        with pytest.raises(NotAllowed):
            action(session, person(made.tenant_key, role), made)
        assert session.query(JournalEntry).count() == entries


def test_a_viewer_has_nothing_read_again(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        with pytest.raises(NotAllowed):
            _reread(session, person(made.tenant_key, Role.VIEWER), made)


ALLOWED = [
    *((action, kind, who) for action, kind in MANAGING.items() for who in ("operator", "admin")),
    *((action, kind, who) for action, kind in WATCHING.items() for who in ("operator", "admin", "analyst")),
]


@pytest.mark.parametrize(("action", "kind", "who"), ALLOWED)
def test_who_may_does_it_and_it_is_written_down(
    database: Database, action: Action, kind: str | None, who: str
) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        actor = OPERATOR if who == "operator" else person(made.tenant_key, Role(who))
        made.due_ms = 10**15
        action(session, actor, made)
        entry = last_entry(session)
        assert entry.kind == (kind or "connection.added")
        assert entry.stream == f"tenant:{made.tenant_key}"
        if kind:
            assert entry.actor == actor.person_id
            assert entry.at_ms > 0
        if action is not _add:
            assert made.due_ms == 0


def test_no_secret_is_written_down(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        typed = draft(
            name="renamed", password="second-secret", url="https://192.0.2.9:9200", verify=False,
            proxy="http://u:proxy-secret@192.0.2.3:3128", poll_s=30,
        )  # fmt: skip
        actions.edit_connection(session, OPERATOR, made.id, typed, vault=VAULT, tested=PASSED, now=NOON)
        subject = last_entry(session).subject
        assert {"name", "password", "urls", "trust", "proxy", "poll_s"} == set(subject["fields"])
        rows = session.execute(text("SELECT subject FROM journal_entry")).scalars().all()
        assert "secret" not in str(rows).replace("'password'", "")


@pytest.mark.parametrize("changes", [{}, {"name": "renamed"}])
def test_an_edit_into_another_source_is_a_conflict(database: Database, changes: dict[str, Any]) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        second = add(session, made.tenant_key, name="second", url="https://192.0.2.5:9200")
        with pytest.raises(Conflict, match="branch"):
            actions.edit_connection(
                session, OPERATOR, second.id, draft(**{"name": "second", **changes}), vault=VAULT,
                tested=PASSED, now=NOON,
            )  # fmt: skip
        assert second.urls == ["https://192.0.2.5:9200"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["https://192.0.2.1:9200"], ["https://192.0.2.2:9200", "https://192.0.2.1:9200"]),
        (["https://Indexer.example:9200"], ["https://indexer.example:9200/"]),
    ],
)
def test_a_shared_node_is_the_same_source(database: Database, first: list[str], second: list[str]) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        add(session, key, urls=first)
        with pytest.raises(Conflict):
            add(session, key, name="again", urls=second)


def test_a_name_and_address_of_a_removed_source_are_free(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        actions.remove_connection(session, OPERATOR, made.id, now=NOON)
        session.flush()
        assert add(session, made.tenant_key).id != made.id


def test_nothing_of_a_failed_test_stays(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        with pytest.raises(Conflict) as raised:
            actions.add_connection(
                session, OPERATOR, draft(), tenant_key=key, vault=VAULT, tested=FAILED, now=NOON
            )
        assert FAILED.message in raised.value.message
        for table in ("connection", "source_window", "journal_entry"):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_erasing_is_asked_for_once_and_as_a_task_of_the_tenant(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        removed = actions.remove_connection(session, OPERATOR, made.id, erase=True, now=NOON)
        session.flush()
        assert removed.erase_task_id
        task = tasks.task_by_id(session, EVERYTHING, removed.erase_task_id)
        assert (task.kind, task.subject["connection_key"]) == (actions.ERASE_TASK, made.key)
        assert last_entry(session).subject["erase"] is True
        with pytest.raises(NotFound):
            actions.remove_connection(session, OPERATOR, made.id, erase=True, now=NOON)
        secrets = (made.sealed, made.ca_pem, made.client_cert_pem)
        assert secrets == (None, None, None)


def test_asking_again_changes_nothing(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        actions.set_active(session, OPERATOR, made.id, is_active=True, now=NOON)
        assert last_entry(session).kind == "connection.added"


def test_an_admin_who_leads_it_elsewhere_gives_up_reaching_private_networks(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        admin = person(made.tenant_key, Role.ADMIN)
        _edit(session, admin, made)
        assert made.may_reach_private, "where an operator led it"
        elsewhere = draft(url="https://192.0.2.9:9200")
        actions.edit_connection(session, admin, made.id, elsewhere, vault=VAULT, tested=PASSED, now=NOON)
        assert not made.may_reach_private
        _edit(session, admin, made)
        assert not made.may_reach_private, "an admin's way back is the admin's"
        _edit(session, OPERATOR, made)
        assert made.may_reach_private


def test_whoever_sees_sources_refreshes_those_and_no_others(database: Database) -> None:
    with database.write() as session:
        watched, foreign = add(session, tenant(session, "acme")), add(session, tenant(session, "globex"))
        watched.due_ms = foreign.due_ms = 10**15
        viewer = person(watched.tenant_key, Role.VIEWER)
        assert actions.ask_refresh(session, viewer) == 1
        assert (watched.due_ms, foreign.due_ms) == (0, 10**15)
        with pytest.raises(NotFound):
            actions.ask_refresh(session, viewer, connection_id=foreign.id)
        with pytest.raises(NotAllowed):
            actions.ask_refresh(session, NOBODY)


def test_paused_sources_are_not_refreshed_with_all(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        actions.set_active(session, OPERATOR, made.id, is_active=False, now=NOON)
        session.flush()
        assert actions.ask_refresh(session, OPERATOR) == 0
        assert made.refresh_asked == 0


def test_a_corrected_address_is_looked_at_anew_and_its_old_identity_kept(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        made.is_identity_in_doubt, made.identity_checked_ms, made.error_code = True, 5, "identity_changed"
        _edit(session, OPERATOR, made)
        assert not made.is_identity_in_doubt
        assert (made.identity_checked_ms, made.error_code) == (0, None)
        assert made.cluster_uuid == "cluster-1"  # what answers is compared with it before it is read
