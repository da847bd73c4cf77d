"""Of a scope's rows, and of no others."""

from collections.abc import Iterable

import pytest
from sqlalchemy import select

from lamis.base.scope import EVERYTHING, Scope
from lamis.connections.models import Connection
from lamis.storage.engine import Database
from lamis.storage.within import within
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
