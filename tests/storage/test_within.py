"""Of a scope's rows, and of no others."""

from collections.abc import Iterable

import pytest
from sqlalchemy import bindparam, select

from lamis.base.scope import EVERYTHING, Scope
from lamis.connections.models import Connection
from lamis.storage.engine import Database
from lamis.storage.within import Scoped, within
from tests.alerts.world import settle


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (EVERYTHING, (1, 2, 3)),
        (Scope(frozenset({1})), (1, 2)),
        (Scope(frozenset({1, 2})), (1, 2, 3)),
        (Scope(frozenset({9})), ()),
        (Scope(frozenset()), ()),
    ],
)
def test_a_query_keeps_to_the_tenants_of_a_scope(
    database: Database, scope: Scope, expected: Iterable[int]
) -> None:
    settle(database)
    with database.read() as session:
        query = select(Connection.key).where(within(scope, Connection.tenant_key)).order_by(Connection.key)
        assert tuple(session.scalars(query)) == tuple(expected)


@pytest.mark.parametrize(
    "scope", [EVERYTHING, Scope(frozenset({1})), Scope(frozenset({9})), Scope(frozenset())]
)
def test_a_statement_made_once_keeps_to_the_same_rows(database: Database, scope: Scope) -> None:
    settle(database)
    made = Scoped(
        select(Connection.key).where(Connection.key < bindparam("below")).order_by(Connection.key),
        Connection.tenant_key,
    )
    query = select(Connection.key).where(within(scope, Connection.tenant_key), Connection.key < 3)
    with database.read() as session:
        found = session.scalars(*made.of(scope, below=3)).all()
        assert found == session.scalars(query.order_by(Connection.key)).all()
