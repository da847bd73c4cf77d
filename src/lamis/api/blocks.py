"""`/api/v2/blocks`: ask for an address to be dropped, see the receipts, extend, lift. Workers do the work."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from lamis.access.callers import Caller
from lamis.api.dependencies import Run, Signed
from lamis.api.problems import problem
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.blocking import actions, queries, queries_lists
from lamis.blocking.filters import NAMES, parse_block_filter
from lamis.blocking.networks import parse_network, widened
from lamis.blocking.planning import Wish, lasting, plan_block, tenant_for_block, tidy_reason
from lamis.blocking.shown import block_values, objection_values, plan_values
from lamis.blocking.types import Guarded
from lamis.storage.runtime import Runtime

router = APIRouter(prefix="/blocks", tags=["blocks"])


class NewBlock(BaseModel):
    """What to drop and why. `expires_in_s` null lasts until lifted; without `firewalls` all of the tenant.

    `override_reason` sets guards aside (admins only), `confirm` goes on past the hourly rate, `widen`
    takes the /64 of an IPv6 address, `dry_run` tells what would be done and writes nothing.
    """

    model_config = ConfigDict(extra="forbid")

    address: str
    reason: str
    expires_in_s: int | None
    tenant: str | None = None
    firewalls: list[str] | None = Field(None, max_length=1000)
    alert: str | None = Field(None, max_length=26)
    override_reason: str = ""
    confirm: bool = False
    widen: bool = False
    dry_run: bool = False


class Lift(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = ""


class Extend(BaseModel):
    """How long from now; null lasts until lifted."""

    model_config = ConfigDict(extra="forbid")

    expires_in_s: int | None


@router.post("", status_code=202)
def ask_block(caller: Signed, runtime: Run, new: NewBlock) -> Response:
    """Ask the tenant's firewalls to drop an address. Guards refuse at once with 422 and name themselves."""
    wish = _wish(caller, new)
    now = utc_now()
    if new.dry_run:
        return _dry_run(caller, runtime, wish, new.tenant)
    try:
        with runtime.database.write() as session:
            tenant = tenant_for_block(session, caller.actor, new.tenant)
            found = actions.request_block(
                session,
                caller.actor,
                wish,
                tenant_key=tenant.key,
                settings=runtime.settings,
                now=now,
            )
    except Guarded as refused:
        return guarded(refused)
    runtime.alarm("act")
    return _shown(caller, runtime, found.block_id, status=202, is_new=found.is_new)


@router.get("")
def list_blocks(
    request: Request,
    caller: Signed,
    runtime: Run,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Blocks newest first; `q`, `state`, `standing`, `firewall`, `tenant`, `expiring`, `address` filter."""
    known = {*NAMES, "cursor", "limit"}
    if unknown := sorted(set(request.query_params) - known):
        raise Invalid(f"There is no parameter `{unknown[0]}`.", field=unknown[0])
    params = {name: request.query_params.getlist(name) for name in NAMES}
    wanted = parse_block_filter(params, now=utc_now())
    with runtime.database.read() as session:
        scope = caller.actor.scope
        found, after = queries.blocks(session, scope, wanted, cursor=cursor, limit=limit)
        pulled = queries_lists.newest_pulls(session, scope)
    return {"blocks": [block_values(block, pulled=pulled) for block in found], "next": after}


@router.get("/{block_id}")
def one_block(caller: Signed, runtime: Run, block_id: str) -> Response:
    """One block with a receipt per firewall."""
    return _shown(caller, runtime, block_id)


@router.post("/{block_id}/lift", status_code=202)
def lift_block(caller: Signed, runtime: Run, block_id: str, lift: Lift | None = None) -> Response:
    """Let the address pass again; LIFTED once every firewall's own list is read back without it."""
    why = lift.reason if lift else ""
    with runtime.database.write() as session:
        actions.lift_block(session, caller.actor, block_id, why=why, now=utc_now())
    runtime.alarm("act")
    return _shown(caller, runtime, block_id, status=202)


@router.post("/{block_id}/extend", status_code=202)
def extend_block(caller: Signed, runtime: Run, block_id: str, extend: Extend) -> Response:
    """Have it end at another time, counted from now."""
    lasts = lasting(extend.expires_in_s)
    with runtime.database.write() as session:
        actions.extend_block(session, caller.actor, block_id, lasts=lasts, now=utc_now())
    return _shown(caller, runtime, block_id, status=202)


def guarded(refused: Guarded) -> Response:
    """422 with the guard's name, and all that refused."""
    return problem(
        422,
        refused.message,
        field="address",
        guard=refused.guard,
        guards=[objection_values(each) for each in refused.objections],
    )


def _wish(caller: Caller, new: NewBlock) -> Wish:
    network = parse_network(new.address)
    return Wish(
        network=widened(network) if new.widen else network,
        reason=tidy_reason(new.reason),
        lasts=lasting(new.expires_in_s),
        firewall_ids=None if new.firewalls is None else tuple(new.firewalls),
        asked_from=caller.address,
        alert_id=new.alert,
        override_reason=new.override_reason,
        is_confirmed=new.confirm,
    )


def _dry_run(caller: Caller, runtime: Runtime, wish: Wish, tenant_name: str | None) -> Response:
    with runtime.database.read() as session:
        tenant = tenant_for_block(session, caller.actor, tenant_name)
        caller.actor.require(Permission.BLOCK, tenant.key)
        plan = plan_block(
            session, caller.actor, wish, tenant_key=tenant.key, settings=runtime.settings, now=utc_now()
        )
    return JSONResponse(plan_values(plan))


def _shown(
    caller: Caller, runtime: Runtime, block_id: str, *, status: int = 200, is_new: bool | None = None
) -> Response:
    with runtime.database.read() as session:
        scope = caller.actor.full_scope
        block = queries.block_by_id(session, scope, block_id)
        pulled = queries_lists.newest_pulls(session, scope)
    if is_new is False:
        told = f"It is blocked already, asked by {block.asked_by}; its end stays as it is."
        block = replace(block, warnings=(*block.warnings, told))
    return JSONResponse(block_values(block, pulled=pulled), status_code=status)
