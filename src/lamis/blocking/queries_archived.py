"""What tenants that are put away still hold: blocks that stand, firewalls that are told."""

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, select
from sqlalchemy.orm import Session

from lamis.base.scope import Scope
from lamis.blocking.models import BlockRow, ReceiptRow
from lamis.blocking.types import STANDING, ReceiptState
from lamis.connections.models import Connection, FirewallPart
from lamis.storage.within import within
from lamis.tenants.models import Tenant

_STANDING = [state.value for state in STANDING]


def left_standing(session: Session, scope: Scope, *, limit: int) -> list[tuple[int, str]]:
    """(tenant's key, id) of the oldest blocks that stand in archived tenants."""
    query = (
        select(BlockRow.tenant_key, BlockRow.id)
        .where(_is_archived(BlockRow.tenant_key), BlockRow.state.in_(_STANDING))
        .order_by(BlockRow.key)
        .limit(limit)
    )
    query = query.where(within(scope, BlockRow.tenant_key))
    return [(tenant_key, block_id) for tenant_key, block_id in session.execute(query)]


def standing_count(session: Session, scope: Scope, tenant_key: int) -> int:
    """How many blocks of a tenant stand."""
    query = select(func.count()).where(BlockRow.tenant_key == tenant_key, BlockRow.state.in_(_STANDING))
    return session.scalar(query.where(within(scope, BlockRow.tenant_key))) or 0


def busy_firewalls(session: Session, scope: Scope, tenant_key: int) -> set[int]:
    """The keys of a tenant's firewalls that may hold an entry of LAMIS."""
    query = select(Connection.key).where(Connection.tenant_key == tenant_key, _has_entries())
    return set(session.scalars(query.where(within(scope, Connection.tenant_key))))


def paused_with_entries(session: Session, scope: Scope, tenant_key: int) -> list[str]:
    """The names of a tenant's paused firewalls that may hold an entry of LAMIS."""
    query = (
        select(Connection.name)
        .where(
            Connection.tenant_key == tenant_key,
            Connection.is_active.is_(False),
            Connection.removed_ms.is_(None),
            _has_entries(),
        )
        .order_by(Connection.name_folded, Connection.key)
    )
    return list(session.scalars(query.where(within(scope, Connection.tenant_key))))


def resting_soon(session: Session, scope: Scope) -> list[str]:
    """The ids of active firewalls of archived tenants that hold nothing of LAMIS any more."""
    query = (
        select(Connection.id)
        .join(FirewallPart, FirewallPart.connection_key == Connection.key)
        .where(
            _is_archived(Connection.tenant_key),
            Connection.is_active,
            Connection.removed_ms.is_(None),
            ~_has_entries(),
        )
        .order_by(Connection.key)
    )
    return list(session.scalars(query.where(within(scope, Connection.tenant_key))))


def _is_archived(tenant_key: SQLColumnExpression[int]) -> ColumnElement[bool]:
    return tenant_key.in_(select(Tenant.key).where(Tenant.archived_ms.is_not(None)))


def _has_entries() -> ColumnElement[bool]:
    return exists().where(
        ReceiptRow.connection_key == Connection.key, ReceiptRow.state != ReceiptState.LIFTED.value
    )
