"""Who is seen by whom."""

from datetime import UTC, datetime

import pytest

from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Role, Scope
from lamis.people import actions, queries
from lamis.storage.engine import Database
from lamis.tenants import actions as tenants

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_scope_sees_its_members_and_of_them_only_its_own_tenants(database: Database) -> None:
    with database.write() as session:
        acme = tenants.create_tenant(session, SYSTEM, "Acme", now=NOW)
        globex = tenants.create_tenant(session, SYSTEM, "Globex", now=NOW)
        both = actions.add_person(
            session, SYSTEM, name="Bea", tenant_key=acme.key, role=Role.ADMIN, now=NOW
        ).person_id
        actions.set_role(session, SYSTEM, both, tenant_key=globex.key, role=Role.VIEWER, now=NOW)
        gina = actions.add_person(
            session, SYSTEM, name="gina", tenant_key=globex.key, role=Role.VIEWER, now=NOW
        ).person_id
        actions.add_person(session, SYSTEM, name="Loner", now=NOW)
        only_acme = Scope(frozenset({acme.key}))

        assert [each.name for each in queries.people(session, EVERYTHING)] == ["Bea", "gina", "Loner"]
        seen = queries.people(session, only_acme)
        assert [(each.name, [seat.tenant_name for seat in each.seats]) for each in seen] == [
            ("Bea", ["Acme"])
        ]
        with pytest.raises(NotFound):
            queries.person_by_id(session, only_acme, gina)
        assert queries.people(session, Scope(frozenset())) == []
        assert queries.member_counts(session, only_acme) == {acme.key: 1}
        assert queries.membership(session, only_acme, both, globex.key) is None


def test_roles_in_an_archived_tenant_rest(database: Database) -> None:
    with database.write() as session:
        acme = tenants.create_tenant(session, SYSTEM, "Acme", now=NOW)
        vera = actions.add_person(
            session, SYSTEM, name="Vera", tenant_key=acme.key, role=Role.ADMIN, now=NOW
        ).person_id
        tenants.archive_tenant(session, SYSTEM, acme.id, now=NOW)
        actor = queries.actor_of(session, vera)
        assert actor
        assert actor.roles == {}
        tenants.restore_tenant(session, SYSTEM, acme.id, now=NOW)
        actor = queries.actor_of(session, vera)
        assert actor
        assert actor.roles == {acme.key: Role.ADMIN}
