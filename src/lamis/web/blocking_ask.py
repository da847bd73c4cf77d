"""Asking for a block: what it would meet is shown before, the button does it."""

from collections.abc import Mapping

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.statuses import status_of
from lamis.base.errors import Conflict, Invalid, NotFound
from lamis.base.scope import Permission
from lamis.blocking import actions
from lamis.blocking.networks import is_single, parse_network, widened
from lamis.blocking.planning import Plan, Wish, lasting, plan_block, tenant_for_block
from lamis.blocking.types import Guard, Guarded, Network
from lamis.tenants.types import TenantInfo
from lamis.views.blocking import LASTING, USUAL, AskPage
from lamis.web.alert_rows import tenant_options
from lamis.web.blocking import ROOM, seconds_of
from lamis.web.blocking_rows import earlier_blocks
from lamis.web.forms import Form
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/blocking")
_FIELDS = ("ip_address", "reason", "tenant", "alert", "override_reason")


@router.get("/block")
def ask_page(visit: Signed) -> Response:
    visit.actor.require(Permission.BLOCK)
    params = visit.request.query_params
    values = {name: params.get(name, "") for name in _FIELDS} | {"lasts": params.get("lasts", USUAL)}
    with visit.read() as session:
        return _page(session, visit, values, {})


@router.post("/block")
def ask_sent(visit: Signed, form: Sent) -> Response:
    values = {name: form.text(name) for name in _FIELDS}
    values["lasts"] = form.text("lasts") if form.values("lasts") else USUAL
    if form.is_on("check"):
        visit.actor.require(Permission.BLOCK)
        with visit.read() as session:
            return _page(session, visit, values, {})
    try:
        with visit.write() as session:
            actor = visit.actor.narrow(None)
            tenant = _tenant(session, visit, values)
            found = actions.request_block(
                session,
                actor,
                _wish(visit, form, values),
                tenant_key=tenant.key,
                settings=visit.runtime.settings,
                now=visit.now,
            )
    except (Invalid, Conflict) as error:
        field = (error.field or "ip_address") if isinstance(error, Invalid) else "ip_address"
        # What guards say, and that nobody would drop it, the page tells by itself.
        is_told = isinstance(error, Guarded | Conflict)
        errors = {} if is_told else {_name(field): error.message}
        with visit.read() as session:
            return _page(session, visit, values, errors, status=status_of(error))
    visit.runtime.alarm("act")
    address = values["ip_address"]
    said = f"{address} is being blocked." if found.is_new else f"{address} was blocked already."
    return visit.go(f"/blocking/{found.block_id}", said)


def _wish(visit: Visit, form: Form, values: Mapping[str, str]) -> Wish:
    network = parse_network(values["ip_address"])
    return Wish(
        network=widened(network) if form.is_on("widen") else network,
        reason=values["reason"],
        lasts=lasting(seconds_of(values["lasts"])),
        asked_from=visit.caller.address,
        alert_id=values["alert"][:26] or None,
        override_reason=values["override_reason"],
        is_confirmed=form.is_on("confirm"),
    )


def _tenant(session: Session, visit: Visit, values: Mapping[str, str]) -> TenantInfo:
    named = values["tenant"]
    actor = visit.actor.narrow(None) if named else visit.actor
    return tenant_for_block(session, actor, named or None)


def _name(field: str) -> str:
    """The form's name of a field that an error names."""
    return {"address": "ip_address", "expires_in_s": "lasts"}.get(field, field)


def _page(
    session: Session, visit: Visit, values: dict[str, str], errors: dict[str, str], *, status: int = 200
) -> Response:
    tenants = tenant_options(session, visit)
    page = AskPage(values=values, errors=errors, tenants=tenants if len(tenants) > 1 else ())
    if values["ip_address"] and "ip_address" not in errors:
        page = _checked(session, visit, values, errors, page)
    if visit.wants_part:
        return visit.part("blocking/ask_part.html", page=page, lasting=LASTING, status=status)
    return visit.page(session, "blocking/ask.html", room=ROOM, page=page, lasting=LASTING, status=status)


def _checked(
    session: Session, visit: Visit, values: dict[str, str], errors: dict[str, str], page: AskPage
) -> AskPage:
    """The page with what the block would meet; what cannot be read stands at its field."""
    try:
        network = parse_network(values["ip_address"])
        tenant = _tenant(session, visit, values)
    except (Invalid, NotFound) as error:
        field = _name(error.field or "tenant") if isinstance(error, Invalid) else "tenant"
        told = {} if field == "tenant" and not values["tenant"] else {field: error.message}
        return AskPage(values=values, errors={**told, **errors}, tenants=page.tenants)
    actor = visit.actor.narrow(None)
    actor.require(Permission.BLOCK, tenant.key)
    wish = Wish(network, values["reason"], asked_from=visit.caller.address)
    plan = plan_block(
        session, actor, wish, tenant_key=tenant.key, settings=visit.runtime.settings, now=visit.now
    )
    return _told(session, visit, values, errors, page, plan, tenant, network)


def _told(
    session: Session,
    visit: Visit,
    values: dict[str, str],
    errors: dict[str, str],
    page: AskPage,
    plan: Plan,
    tenant: TenantInfo,
    network: Network,
) -> AskPage:
    guards = {each.guard for each in plan.objections}
    may_override = visit.actor.may(Permission.OVERRIDE_GUARDS, tenant.key) and plan.may_be_overridden
    return AskPage(
        values={**values, "tenant": values["tenant"] or tenant.id},
        errors=errors,
        tenants=page.tenants,
        firewalls=[target.name for target in plan.targets],
        is_listed=plan.is_listed,
        warnings=plan.warnings,
        objections=plan.objections,
        standing_url=None if plan.standing_id is None else f"/blocking/{plan.standing_id}",
        earlier=earlier_blocks(session, visit, plan.address, tenant_id=tenant.id),
        may_override=bool(guards - {Guard.RATE}) and may_override,
        may_confirm=guards == {Guard.RATE},
        may_widen=network.version == 6 and is_single(network),
        asked_by=visit.actor.name,
        asked_from=visit.caller.address or "",
        is_checked=True,
    )
