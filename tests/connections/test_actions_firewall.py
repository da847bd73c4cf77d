"""Adding, editing and removing a firewall."""

import pytest
from sqlalchemy import text

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid, NotAllowed
from lamis.base.scope import EVERYTHING, SYSTEM, Role
from lamis.connections import actions, queries_firewalls
from lamis.connections.endpoints import unseal
from lamis.connections.types import HealthWord
from lamis.journal.models import JournalEntry
from lamis.storage.engine import Database
from tests.connections.world import (
    FAILED,
    NOON,
    PASSED,
    VAULT,
    add_firewall,
    firewall_draft,
    person,
    tenant,
)


def test_a_tested_firewall_is_stored_without_windows(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        assert (row.kind, row.last_good_ms, row.may_reach_private) == ("opnsense", to_ms(NOON), True)
        assert unseal(VAULT, row.sealed).password == "first-secret"
        assert session.execute(text("SELECT count(*) FROM source_window")).scalar() == 0


def test_a_failed_test_stores_nothing(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        with pytest.raises(Conflict):
            actions.add_connection(
                session, SYSTEM, firewall_draft(), tenant_key=key, vault=VAULT, tested=FAILED, now=NOON
            )
        assert queries_firewalls.firewalls(session, EVERYTHING, now=NOON) == []


def test_one_that_was_not_tested_is_shown_so(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        actions.add_connection(
            session, SYSTEM, firewall_draft(), tenant_key=key, vault=VAULT, tested=None, now=NOON
        )
        (shown,) = queries_firewalls.firewalls(session, EVERYTHING, now=NOON)
        assert (shown.health.word, shown.last_good_ms, shown.own_read_ms) == (HealthWord.WAITING, None, None)


def test_a_blank_secret_stays_and_is_not_sent_elsewhere(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))

        def edit(**changes: object) -> None:
            draft = firewall_draft(**{"password": "", **changes})
            actions.edit_connection(session, SYSTEM, row.id, draft, vault=VAULT, tested=PASSED, now=NOON)

        edit(name="renamed")
        assert (row.name, unseal(VAULT, row.sealed).password) == ("renamed", "first-secret")
        with pytest.raises(Invalid) as wrong:
            edit(url="https://198.51.100.7")
        assert wrong.value.field == "password"


def test_an_edit_says_in_the_journal_what_changed(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        draft = firewall_draft(password="", alias="Other", may_create=True)
        actions.edit_connection(session, SYSTEM, row.id, draft, vault=VAULT, tested=PASSED, now=NOON)
        entry = session.query(JournalEntry).order_by(JournalEntry.number.desc()).first()
        assert entry is not None
        assert (entry.kind, entry.subject["fields"]) == ("connection.changed", ["alias", "may_create"])


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_only_admins_manage_firewalls(database: Database, role: Role) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        row = add_firewall(session, key)
        actor = person(key, role)
        with pytest.raises(NotAllowed):
            add_firewall(session, key, actor, name="b", url="https://192.0.2.31")
        with pytest.raises(NotAllowed):
            actions.set_active(session, actor, row.id, is_active=False, now=NOON)
        with pytest.raises(NotAllowed):
            actions.remove_connection(session, actor, row.id, now=NOON)


def test_a_removed_firewall_keeps_no_secret(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        removed = actions.remove_connection(session, SYSTEM, row.id, now=NOON)
        assert (removed.name, row.sealed, row.is_active) == ("fw-3", None, False)
