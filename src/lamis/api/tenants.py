"""`/api/v2/tenants`."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from lamis.api.dependencies import Run, Signed
from lamis.base.clock import iso, utc_now
from lamis.base.errors import Invalid
from lamis.blocking import archiving
from lamis.tenants import actions, queries
from lamis.tenants.types import TenantInfo

router = APIRouter(prefix="/tenants", tags=["tenants"])


class TenantOut(BaseModel):
    """A tenant. `retention_days` null follows the installation's setting."""

    id: str
    name: str
    created_at: str
    is_archived: bool
    archived_at: str | None
    retention_days: int | None


class Tenants(BaseModel):
    tenants: list[TenantOut]


class NewTenant(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str


class TenantChange(BaseModel):
    """What to change; what is left out stays. `retention_days` null follows the installation."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    retention_days: int | None = None
    is_archived: bool | None = None


def shown(tenant: TenantInfo) -> TenantOut:
    return TenantOut(
        id=tenant.id,
        name=tenant.name,
        created_at=iso(tenant.created_at),
        is_archived=tenant.is_archived,
        archived_at=None if tenant.archived_at is None else iso(tenant.archived_at),
        retention_days=tenant.retention_days,
    )


@router.get("")
def list_tenants(
    caller: Signed, runtime: Run, archived: Annotated[bool, Query(description="Archived ones too.")] = False
) -> Tenants:
    """The tenants you see, by name."""
    with runtime.database.read() as session:
        found = queries.tenants(session, caller.actor.scope, with_archived=archived)
    return Tenants(tenants=[shown(tenant) for tenant in found])


@router.post("", status_code=201)
def add_tenant(caller: Signed, runtime: Run, new: NewTenant) -> TenantOut:
    """Make a tenant; operators only."""
    with runtime.database.write() as session:
        return shown(actions.create_tenant(session, caller.actor, new.name, now=utc_now()))


@router.get("/{tenant_id}")
def one_tenant(caller: Signed, runtime: Run, tenant_id: str) -> TenantOut:
    with runtime.database.read() as session:
        return shown(queries.tenant_by_id(session, caller.actor.scope, tenant_id))


@router.patch("/{tenant_id}")
def change_tenant(caller: Signed, runtime: Run, tenant_id: str, change: TenantChange) -> TenantOut:
    """Rename, keep alerts for longer or shorter, archive or bring back.

    Archiving lifts what the tenant blocks and pauses what it connects."""
    actor, now = caller.actor, utc_now()
    if not change.model_fields_set:
        raise Invalid("Name what to change: name, retention_days or is_archived.")
    with runtime.database.write() as session:
        if change.name is not None:
            actions.rename_tenant(session, actor, tenant_id, name=change.name, now=now)
        if "retention_days" in change.model_fields_set:
            actions.set_retention(session, actor, tenant_id, days=change.retention_days, now=now)
        if change.is_archived:
            archiving.archive(session, actor, tenant_id, now=now)
        elif change.is_archived is False:
            actions.restore_tenant(session, actor, tenant_id, now=now)
        found = shown(queries.tenant_by_id(session, actor.full_scope, tenant_id))
    runtime.alarm("collect")
    runtime.alarm("act")
    return found
