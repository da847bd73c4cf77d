"""The condition that keeps a query to the rows of a scope, written once for every table of tenants."""

from sqlalchemy import ColumnElement, SQLColumnExpression, true

from lamis.base.scope import Scope


def within(
    scope: Scope, tenant_key: SQLColumnExpression[int] | SQLColumnExpression[int | None]
) -> ColumnElement[bool]:
    """That the row's tenant (its key) is in `scope`; always so for the scope of everything."""
    if scope.tenant_keys is None:
        return true()
    return tenant_key.in_(sorted(scope.tenant_keys))
