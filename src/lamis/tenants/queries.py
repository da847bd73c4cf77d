"""Reading tenants."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from lamis.base.errors import NotFound
from lamis.base.names import folded
from lamis.base.scope import Scope
from lamis.storage.engine import once
from lamis.storage.within import Scoped, within
from lamis.tenants.models import Tenant
from lamis.tenants.types import TenantInfo


def is_called(names: Collection[str]) -> ColumnElement[bool]:
    """The condition that a tenant's public id or name, whatever its case, is one of `names`."""
    return or_(Tenant.id.in_(sorted(names)), Tenant.name_folded.in_(sorted(map(folded, names))))


def _in_scope(scope: Scope) -> Select[Tenant]:
    query = select(Tenant)
    return query.where(within(scope, Tenant.key))


def tenants(session: Session, scope: Scope, *, with_archived: bool = False) -> list[TenantInfo]:
    """The tenants in scope by name; archived ones only when asked for, after the others."""
    statement = _WITH_ARCHIVED if with_archived else _LIVING

    def ask() -> Sequence[TenantInfo]:
        return [row.info() for row in session.scalars(*statement.of(scope))]

    return list(once(session, (statement, scope), ask))


_WITH_ARCHIVED = Scoped(
    select(Tenant).order_by(Tenant.archived_ms.is_not(None), Tenant.name_folded), Tenant.key
)
_LIVING = Scoped(select(Tenant).where(Tenant.archived_ms.is_(None)).order_by(Tenant.name_folded), Tenant.key)


def tenant_row(session: Session, scope: Scope, tenant_id: str) -> Tenant:
    """The row of a tenant, for this room's actions. Raises NotFound."""
    row = session.scalars(_in_scope(scope).where(Tenant.id == tenant_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such tenant.")
    return row


def tenant_by_id(session: Session, scope: Scope, tenant_id: str) -> TenantInfo:
    """The tenant with that public id, archived or not. Raises NotFound."""
    return tenant_row(session, scope, tenant_id).info()


def tenant_by_key(session: Session, scope: Scope, tenant_key: int) -> TenantInfo:
    """The tenant with that key, archived or not. Raises NotFound."""
    row = session.scalars(_in_scope(scope).where(Tenant.key == tenant_key)).one_or_none()
    if row is None:
        raise NotFound("There is no such tenant.")
    return row.info()


def tenant_by_name(session: Session, scope: Scope, name: str) -> TenantInfo | None:
    """The tenant with that name, whatever its case; None where the scope holds none."""
    row = session.scalars(_in_scope(scope).where(Tenant.name_folded == folded(name))).one_or_none()
    return None if row is None else row.info()


def tenant_names(session: Session, scope: Scope) -> dict[int, str]:
    """Name by key of every tenant in scope, archived ones too: for labels."""
    return {row.key: row.name for row in session.scalars(_in_scope(scope))}
