"""What is never blocked, and the lists that firewalls pull."""

from typing import Literal

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.statuses import status_of
from lamis.base.clock import from_ms
from lamis.base.errors import Conflict, Invalid
from lamis.base.scope import Permission
from lamis.blocking import allow_list, lists, queries_lists
from lamis.blocking.networks import parse_network, text_of
from lamis.blocking.planning import tenant_for_block
from lamis.tenants.queries import tenant_by_id
from lamis.views.blocking import BlockListCard, PullLine, allowed_line
from lamis.web.alert_rows import tenant_options
from lamis.web.blocking import ROOM
from lamis.web.forms import EMPTY, Form
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/blocking")


@router.get("/allow-list")
def allowed_page(visit: Signed) -> Response:
    with visit.read() as session:
        return _allowed(session, visit, EMPTY)


@router.post("/allow-list")
def allowed_sent(visit: Signed, form: Sent) -> Response:
    try:
        network = parse_network(form.text("address"))
        with visit.write() as session:
            actor = visit.actor.narrow(None)
            tenant = tenant_for_block(session, visit.actor, form.text("tenant") or None)
            note = form.text("note")
            made = allow_list.allow(session, actor, network, tenant_key=tenant.key, note=note, now=visit.now)
    except (Invalid, Conflict) as error:
        with visit.read() as session:
            return _allowed(session, visit, form, error=error)
    visit.runtime.alarm("act")
    noun = "block is" if made.lifted == 1 else "blocks are"
    lifted = f" {made.lifted} {noun} being lifted." if made.lifted else ""
    return visit.go("/blocking/allow-list", f"{made.network} is never blocked from now.{lifted}")


@router.post("/allow-list/{allowed_id}/remove")
def allowed_removed(visit: Signed, allowed_id: str) -> Response:
    with visit.write() as session:
        network = allow_list.disallow(session, visit.actor.narrow(None), allowed_id, now=visit.now)
    return visit.go("/blocking/allow-list", f"{network} is off the allow-list; nothing is blocked by that.")


@router.get("/lists")
def lists_page(visit: Signed) -> Response:
    with visit.read() as session:
        return _lists(session, visit)


@router.get("/lists/{tenant_id}/{change}")
def list_change_page(visit: Signed, tenant_id: str, change: Literal["on", "off"]) -> Response:
    """What ends who pulls the list asks first; this is its page for those without scripts."""
    with visit.read() as session:
        tenant = tenant_by_id(session, visit.actor.full_scope, tenant_id)
        visit.actor.require(Permission.MANAGE_CONNECTIONS, tenant.key)
        return visit.page(
            session,
            "blocking/list_change.html",
            room=ROOM,
            tenant_id=tenant.id,
            tenant=tenant.name,
            change=change,
        )


@router.post("/lists/{tenant_id}/on")
def list_on(visit: Signed, tenant_id: str) -> Response:
    """A new token; this answer is the only one that shows it."""
    with visit.write() as session:
        tenant = tenant_by_id(session, visit.actor.full_scope, tenant_id)
        token = lists.switch_on(session, visit.actor.narrow(None), tenant.key, now=visit.now)
    with visit.read() as session:
        return _lists(session, visit, shown=(tenant.name, token))


@router.post("/lists/{tenant_id}/off")
def list_off(visit: Signed, tenant_id: str) -> Response:
    with visit.write() as session:
        tenant = tenant_by_id(session, visit.actor.full_scope, tenant_id)
        lists.switch_off(session, visit.actor.narrow(None), tenant.key, now=visit.now)
    return visit.go("/blocking/lists", f"Nobody can pull the block list of {tenant.name} any more.")


@router.post("/lists/{tenant_id}/inert")
def list_inert(visit: Signed, tenant_id: str, form: Sent) -> Response:
    is_on = form.is_on("is_on")
    with visit.write() as session:
        tenant = tenant_by_id(session, visit.actor.full_scope, tenant_id)
        actor = visit.actor.narrow(None)
        lists.set_inert_line(session, actor, tenant.key, is_on=is_on, now=visit.now)
    what = "holds one line that blocks nobody" if is_on else "is empty"
    return visit.go("/blocking/lists", f"Where nothing is blocked, the list of {tenant.name} {what}.")


def _allowed(
    session: Session, visit: Visit, form: Form, *, error: Invalid | Conflict | None = None
) -> Response:
    tenants = tenant_options(session, visit)
    may = {
        each.tenant_id: visit.actor.may(
            Permission.OVERRIDE_GUARDS, tenant_by_id(session, visit.actor.full_scope, each.tenant_id).key
        )
        for each in queries_lists.allowed(session, visit.actor.scope)
    }
    lines = [
        allowed_line(each, text_of(each.network), may_change=may[each.tenant_id])
        for each in queries_lists.allowed(session, visit.actor.scope)
    ]
    wrong = (error.field or "address") if isinstance(error, Invalid) else "address"
    return visit.page(
        session,
        "blocking/allow_list.html",
        room=ROOM,
        status=status_of(error) if error else 200,
        lines=lines,
        tenants=tenants if len(tenants) > 1 else (),
        values={name: form.text(name) for name in ("address", "note", "tenant")},
        errors={wrong: error.message} if error else {},
        may_add=visit.actor.may(Permission.OVERRIDE_GUARDS),
        show_tenant=len(tenants) > 1,
    )


def _lists(session: Session, visit: Visit, *, shown: tuple[str, str] | None = None) -> Response:
    base = str(visit.request.base_url).rstrip("/")
    cards = [
        BlockListCard(
            info=info,
            changed_at=from_ms(info.changed_ms) if info.number else None,
            made_at=None if info.made_ms is None else from_ms(info.made_ms),
            pulls=[
                PullLine(pull, from_ms(pull.pulled_ms), is_newest=pull.number >= info.number)
                for pull in queries_lists.pulls(session, visit.actor.scope, info.tenant_key)
            ],
            may_manage=visit.actor.may(Permission.MANAGE_CONNECTIONS, info.tenant_key),
        )
        for info in queries_lists.lists(session, visit.actor.scope)
    ]
    addresses = [f"{base}/edl/{shown[1]}/{name}" for name in ("ipv4.txt", "ipv6.txt")] if shown else []
    response = visit.page(
        session,
        "blocking/lists.html",
        room=ROOM,
        cards=cards,
        addresses=addresses,
        shown=shown[0] if shown else "",
    )
    response.headers["Cache-Control"] = "no-store"
    return response
