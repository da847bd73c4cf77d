"""The tenants pages: operators make, rename and archive tenants."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.statuses import status_of
from lamis.base.errors import Conflict, Invalid, LamisError
from lamis.base.scope import EVERYTHING, Permission
from lamis.blocking import archiving, queries_archived
from lamis.people import queries as people_queries
from lamis.tenants import actions, queries
from lamis.tenants.types import TenantInfo
from lamis.views.formats import number
from lamis.web.forms import EMPTY, Form
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/tenants")


@dataclass(frozen=True, slots=True)
class Held:
    """How many blocks of a tenant stand, and which of its firewalls are paused and would not be told."""

    blocks: int
    untold: Sequence[str]


@router.get("")
def tenants_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_TENANTS)
    with visit.read() as session:
        return _tenants_page(visit, session, EMPTY)


@router.post("")
def tenant_sent(visit: Signed, form: Sent) -> Response:
    visit.actor.require(Permission.MANAGE_TENANTS)
    try:
        with visit.write() as session:
            tenant = actions.create_tenant(session, visit.actor, form.text("name"), now=visit.now)
    except (Invalid, Conflict) as error:
        with visit.read() as session:
            return _tenants_page(visit, session, form, error=error)
    return visit.go("/tenants", f"Tenant {tenant.name} is made; give people a role in it, add its sources.")


@router.get("/{tenant_id}")
def tenant_page(visit: Signed, tenant_id: str) -> Response:
    visit.actor.require(Permission.MANAGE_TENANTS)
    with visit.read() as session:
        return _tenant_page(visit, session, tenant_id, EMPTY)


@router.post("/{tenant_id}")
def tenant_changed(visit: Signed, tenant_id: str, form: Sent) -> Response:
    visit.actor.require(Permission.MANAGE_TENANTS)
    try:
        with visit.write() as session:
            tenant = actions.rename_tenant(
                session, visit.actor, tenant_id, name=form.text("name"), now=visit.now
            )
            actions.set_retention(session, visit.actor, tenant_id, days=_days(form), now=visit.now)
    except (Invalid, Conflict) as error:
        with visit.read() as session:
            return _tenant_page(visit, session, tenant_id, form, error=error)
    return visit.go("/tenants", f"Tenant {tenant.name} is saved.")


@router.get("/{tenant_id}/archive")
def archive_page(visit: Signed, tenant_id: str) -> Response:
    visit.actor.require(Permission.MANAGE_TENANTS)
    with visit.read() as session:
        tenant = queries.tenant_by_id(session, EVERYTHING, tenant_id)
        held = _held(session, tenant)
        return visit.page(session, "tenants/archive.html", room="tenants", tenant=tenant, held=held)


@router.post("/{tenant_id}/archive")
def archive_sent(visit: Signed, tenant_id: str) -> Response:
    with visit.write() as session:
        archived = archiving.archive(session, visit.actor, tenant_id, now=visit.now)
    visit.runtime.alarm("collect")
    visit.runtime.alarm("act")
    told = f"Tenant {archived.tenant.name} is archived: its connections are paused, its data stays."
    if archived.blocks:
        noun = "block is" if archived.blocks == 1 else "blocks are"
        told += f" {number(archived.blocks)} {noun} lifted first."
    return visit.go("/tenants", told)


@router.post("/{tenant_id}/restore")
def restore_sent(visit: Signed, tenant_id: str) -> Response:
    with visit.write() as session:
        tenant = actions.restore_tenant(session, visit.actor, tenant_id, now=visit.now)
    return visit.go(
        "/tenants",
        f"Tenant {tenant.name} is back; resume its sources and firewalls.",
    )


def _days(form: Form) -> int | None:
    sent = form.text("retention_days")
    if not sent:
        return None
    try:
        return int(sent)
    except ValueError as error:
        raise Invalid("Days are a whole number.", field="retention_days") from error


def _tenants_page(visit: Visit, session: Session, form: Form, *, error: LamisError | None = None) -> Response:
    return visit.page(
        session,
        "tenants/list.html",
        room="tenants",
        status=status_of(error) if error else 200,
        tenants=queries.tenants(session, EVERYTHING, with_archived=True),
        members=people_queries.member_counts(session, EVERYTHING),
        retention_days=visit.runtime.settings.retention_days,
        name=form.text("name"),
        error=error.message if error else "",
    )


def _tenant_page(
    visit: Visit, session: Session, tenant_id: str, form: Form, *, error: LamisError | None = None
) -> Response:
    tenant = queries.tenant_by_id(session, EVERYTHING, tenant_id)
    kept = "" if tenant.retention_days is None else str(tenant.retention_days)
    wrong_field = error.field if isinstance(error, Invalid) else "name"
    return visit.page(
        session,
        "tenants/tenant.html",
        room="tenants",
        status=status_of(error) if error else 200,
        tenant=tenant,
        retention_days=visit.runtime.settings.retention_days,
        name=form.text("name") if error else tenant.name,
        days=form.text("retention_days") if error else kept,
        errors={wrong_field: error.message} if error else {},
        held=_held(session, tenant),
    )


def _held(session: Session, tenant: TenantInfo) -> Held:
    return Held(
        blocks=queries_archived.standing_count(session, EVERYTHING, tenant.key),
        untold=queries_archived.paused_with_entries(session, EVERYTHING, tenant.key),
    )
