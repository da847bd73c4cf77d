"""Making and changing tenants; operators only."""

from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid
from lamis.base.ids import new_id
from lamis.base.names import folded, tidy
from lamis.base.scope import EVERYTHING, Actor, Permission
from lamis.journal.actions import SYSTEM_STREAM, record
from lamis.storage.dialects import alone
from lamis.tenants import queries, rules
from lamis.tenants.models import Tenant
from lamis.tenants.types import TenantInfo


def create_tenant(session: Session, actor: Actor, name: str, *, now: datetime) -> TenantInfo:
    """Make a tenant. Raises Invalid for an unusable name, Conflict for one that exists."""
    actor.require(Permission.MANAGE_TENANTS)
    name = _usable_name(session, name, but=None)
    row = Tenant(id=new_id(), name=name, name_folded=folded(name), created_ms=to_ms(now))
    session.add(row)
    session.flush()
    _journal(session, actor, "tenant created", row, now=now)
    return row.info()


def rename_tenant(session: Session, actor: Actor, tenant_id: str, *, name: str, now: datetime) -> TenantInfo:
    """Give a tenant another name; its rows follow by themselves."""
    row = _managed(session, actor, tenant_id)
    name = _usable_name(session, name, but=row)
    if name != row.name:
        row.name, row.name_folded = name, folded(name)
        _journal(session, actor, "tenant renamed", row, now=now)
    return row.info()


def archive_tenant(session: Session, actor: Actor, tenant_id: str, *, now: datetime) -> TenantInfo:
    """Put a tenant away: its data stays, its members no longer see it, the tenant switch hides it.

    The caller deactivates its connections in the same transaction. Asking twice is one archiving.
    """
    row = _managed(session, actor, tenant_id)
    if row.archived_ms is None:
        row.archived_ms = to_ms(now)
        _journal(session, actor, "tenant archived", row, now=now)
    return row.info()


def restore_tenant(session: Session, actor: Actor, tenant_id: str, *, now: datetime) -> TenantInfo:
    """Bring an archived tenant back. Its connections stay inactive until somebody activates them."""
    row = _managed(session, actor, tenant_id)
    if row.archived_ms is not None:
        row.archived_ms = None
        _journal(session, actor, "tenant restored", row, now=now)
    return row.info()


def set_retention(
    session: Session, actor: Actor, tenant_id: str, *, days: int | None, now: datetime
) -> TenantInfo:
    """Keep the tenant's alerts for `days` (1–3650); None follows the installation's setting."""
    row = _managed(session, actor, tenant_id)
    if reason := rules.why_not_retention(days):
        raise Invalid(reason, field="retention_days")
    if row.retention_days != days:
        row.retention_days = days
        _journal(session, actor, "tenant retention changed", row, now=now)
    return row.info()


def _managed(session: Session, actor: Actor, tenant_id: str) -> Tenant:
    row = queries.tenant_row(session, actor.full_scope, tenant_id)
    actor.require(Permission.MANAGE_TENANTS, row.key)
    return row


def _usable_name(session: Session, name: str, *, but: Tenant | None) -> str:
    name = tidy(name)
    if reason := rules.why_not_a_name(name):
        raise Invalid(reason, field="name")
    alone(session, "tenants")
    other = queries.tenant_by_name(session, EVERYTHING, name)
    if other is not None and (but is None or other.key != but.key):
        state = " (archived)" if other.is_archived else ""
        raise Conflict(f"There is a tenant named {other.name}{state} already; choose another name.")
    return name


def _journal(session: Session, actor: Actor, kind: str, row: Tenant, *, now: datetime) -> None:
    session.flush()
    record(session, SYSTEM_STREAM, kind=kind, actor=actor.person_id, subject={"tenant": row.id}, now=now)
