"""Putting a tenant away: what it blocks is lifted and read back, then its firewalls rest."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.scope import EVERYTHING, SYSTEM, Actor
from lamis.blocking import queries, queries_archived, settling
from lamis.connections.actions import set_active
from lamis.connections.queries import connections_of
from lamis.tenants import actions as tenants
from lamis.tenants import queries as tenant_queries
from lamis.tenants.types import TenantInfo

PUT_AWAY = "its tenant was archived"


@dataclass(frozen=True, slots=True)
class Archived:
    """A tenant that was put away, and how many blocks are lifted for it."""

    tenant: TenantInfo
    blocks: int


def archive(session: Session, actor: Actor, tenant_id: str, *, now: datetime) -> Archived:
    """Archive a tenant and pause what it connects; firewalls that hold something only once it is gone.

    Nobody would lift its blocks on time any more, so the workers lift them all, however many: call
    `alarm("act")` and `alarm("collect")` after the commit. A firewall that was paused before is not told.
    """
    tenant = tenants.archive_tenant(session, actor, tenant_id, now=now)
    actor = actor.narrow(None)
    queries.lock_tenant(session, actor.full_scope, tenant.key)
    busy = queries_archived.busy_firewalls(session, actor.full_scope, tenant.key)
    for each in connections_of(session, actor.full_scope, tenant.key):
        if each.key not in busy:
            set_active(session, actor, each.id, is_active=False, now=now)
    return Archived(tenant, queries_archived.standing_count(session, actor.full_scope, tenant.key))


def lift_left(session: Session, block_id: str, *, tenant_key: int, now: datetime) -> bool:
    """Begin to lift a block of an archived tenant; False where somebody was faster or brought it back."""
    queries.lock_tenant(session, EVERYTHING, tenant_key)
    block = queries.block_row(session, EVERYTHING, block_id)
    tenant = tenant_queries.tenant_by_key(session, EVERYTHING, tenant_key)
    if block.standing is None or not tenant.is_archived:
        return False
    settling.begin_lift(session, block, by=SYSTEM.name, by_id=settling.SYSTEM_ID, why=PUT_AWAY, now=now)
    return True


def let_rest(session: Session, *, now: datetime) -> None:
    """Pause the firewalls of archived tenants that hold nothing any more."""
    for connection_id in queries_archived.resting_soon(session, EVERYTHING):
        set_active(session, SYSTEM, connection_id, is_active=False, now=now)
