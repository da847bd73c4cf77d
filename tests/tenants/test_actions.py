"""Making and changing tenants."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lamis.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.journal.models import JournalEntry
from lamis.storage.engine import Database
from lamis.tenants import actions, queries

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_each_change_is_made_once_and_journalled_once(database: Database) -> None:
    with database.write() as session:
        acme = actions.create_tenant(session, SYSTEM, " Acme ", now=NOW)
        assert acme.name == "Acme"
        for _ in range(2):
            actions.rename_tenant(session, SYSTEM, acme.id, name="Acme Ltd", now=NOW)
            actions.set_retention(session, SYSTEM, acme.id, days=30, now=NOW)
            actions.archive_tenant(session, SYSTEM, acme.id, now=NOW)
        actions.restore_tenant(session, SYSTEM, acme.id, now=NOW)
        found = queries.tenant_by_id(session, EVERYTHING, acme.id)
        assert (found.name, found.retention_days, found.is_archived) == ("Acme Ltd", 30, False)
        told = session.scalars(select(JournalEntry.kind).order_by(JournalEntry.number)).all()
        assert told == [
            "tenant created",
            "tenant renamed",
            "tenant retention changed",
            "tenant archived",
            "tenant restored",
        ]


def test_names_are_unique_among_archived_ones_too(database: Database) -> None:
    with database.write() as session:
        acme = actions.create_tenant(session, SYSTEM, "Acme", now=NOW)
        globex = actions.create_tenant(session, SYSTEM, "Globex", now=NOW)
        actions.archive_tenant(session, SYSTEM, acme.id, now=NOW)
        with pytest.raises(Conflict, match=r"named Acme \(archived\) already"):
            actions.create_tenant(session, SYSTEM, "ACME", now=NOW)
        with pytest.raises(Conflict):
            actions.rename_tenant(session, SYSTEM, globex.id, name="acme", now=NOW)
        assert actions.rename_tenant(session, SYSTEM, acme.id, name="ACME", now=NOW).name == "ACME"
        with pytest.raises(Invalid):
            actions.create_tenant(session, SYSTEM, "", now=NOW)
        with pytest.raises(Invalid):
            actions.set_retention(session, SYSTEM, globex.id, days=0, now=NOW)


def test_only_operators_manage_tenants_and_a_foreign_one_is_not_found(database: Database) -> None:
    with database.write() as session:
        acme = actions.create_tenant(session, SYSTEM, "Acme", now=NOW)
        globex = actions.create_tenant(session, SYSTEM, "Globex", now=NOW)
        admin = Actor("p", "Adam", roles={acme.key: Role.ADMIN})
        with pytest.raises(NotAllowed):
            actions.create_tenant(session, admin, "New", now=NOW)
        with pytest.raises(NotAllowed):
            actions.rename_tenant(session, admin, acme.id, name="New", now=NOW)
        with pytest.raises(NotFound):
            actions.rename_tenant(session, admin, globex.id, name="New", now=NOW)
