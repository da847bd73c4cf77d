"""Reading tenants within a scope."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.storage.engine import Database
from lamis.tenants import actions, queries
from lamis.tenants.models import Tenant

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_scope_holds_only_its_own_tenants(database: Database) -> None:
    with database.write() as session:
        acme, globex = (actions.create_tenant(session, SYSTEM, name, now=NOW) for name in ("acme", "Globex"))
        scope = Scope(frozenset({globex.key}))
        assert [each.name for each in queries.tenants(session, EVERYTHING)] == ["acme", "Globex"]
        assert [each.name for each in queries.tenants(session, scope)] == ["Globex"]
        assert queries.tenant_names(session, scope) == {globex.key: "Globex"}
        assert queries.tenant_by_name(session, scope, "GLOBEX") == globex
        assert queries.tenant_by_name(session, scope, "acme") is None
        for ask in (queries.tenant_by_id, queries.tenant_row):
            with pytest.raises(NotFound):
                ask(session, scope, acme.id)
        with pytest.raises(NotFound):
            queries.tenant_by_key(session, scope, acme.key)
        assert queries.tenants(session, Scope(frozenset())) == []


def test_archived_tenants_come_last_and_only_when_asked_for(database: Database) -> None:
    with database.write() as session:
        acme, globex = (actions.create_tenant(session, SYSTEM, name, now=NOW) for name in ("Acme", "Globex"))
        actions.archive_tenant(session, SYSTEM, acme.id, now=NOW)
        assert [each.key for each in queries.tenants(session, EVERYTHING)] == [globex.key]
        everything = queries.tenants(session, EVERYTHING, with_archived=True)
        assert [each.key for each in everything] == [globex.key, acme.key]
        assert queries.tenant_by_key(session, EVERYTHING, acme.key).is_archived


def test_a_tenant_is_called_by_its_id_or_its_name_in_any_case(database: Database) -> None:
    with database.write() as session:
        acme, globex = (actions.create_tenant(session, SYSTEM, name, now=NOW) for name in ("Acme", "Globex"))
        for names, keys in (([acme.id], {acme.key}), (["GLOBEX", "none"], {globex.key}), ([], set())):
            assert set(session.scalars(select(Tenant.key).where(queries.is_called(names)))) == keys
