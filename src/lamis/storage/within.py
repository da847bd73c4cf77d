"""The condition that keeps a query to the rows of a scope, written once for every table of tenants."""

from typing import Generic, TypeVarTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, true

from lamis.base.scope import Scope

_KEYS = "tenant_keys_of_scope"
_Columns = TypeVarTuple("_Columns")


def within(
    scope: Scope, tenant_key: SQLColumnExpression[int] | SQLColumnExpression[int | None]
) -> ColumnElement[bool]:
    """That the row's tenant (its key) is in `scope`; always so for the scope of everything."""
    if scope.tenant_keys is None:
        return true()
    return tenant_key.in_(sorted(scope.tenant_keys))


class Scoped(Generic[*_Columns]):
    """A statement that every page asks, made once: making it costs more than running it.

    `session.execute(*statement.of(scope, name=value))` keeps to the rows of `scope`.
    """

    def __init__(
        self,
        statement: Select[*_Columns],
        tenant_key: SQLColumnExpression[int] | SQLColumnExpression[int | None],
    ) -> None:
        self._everything = statement
        self._some = statement.where(tenant_key.in_(bindparam(_KEYS, expanding=True)))

    def of(self, scope: Scope, **values: object) -> tuple[Select[*_Columns], dict[str, object]]:
        """The statement and its values for one scope."""
        if scope.tenant_keys is None:
            return self._everything, values
        return self._some, values | {_KEYS: sorted(scope.tenant_keys)}
