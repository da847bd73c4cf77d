"""`/api/v2/allow-list`: networks that a tenant never wants blocked."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from lamis.api.dependencies import Run, Signed
from lamis.base.clock import utc_now
from lamis.blocking import allow_list, queries_lists
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import tenant_for_block
from lamis.blocking.shown import allowed_values

router = APIRouter(prefix="/allow-list", tags=["blocks"])


class NewAllowed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: str
    note: str = ""
    tenant: str | None = None


@router.get("")
def list_allowed(caller: Signed, runtime: Run) -> dict[str, Any]:
    """What is never blocked, by tenant and address."""
    with runtime.database.read() as session:
        found = queries_lists.allowed(session, caller.actor.scope)
    return {"allow_list": [allowed_values(each) for each in found]}


@router.post("", status_code=201)
def add_allowed(caller: Signed, runtime: Run, new: NewAllowed) -> dict[str, Any]:
    """Never block a network; standing blocks that overlap it are lifted."""
    network = parse_network(new.address)
    with runtime.database.write() as session:
        tenant = tenant_for_block(session, caller.actor, new.tenant)
        made = allow_list.allow(
            session, caller.actor, network, tenant_key=tenant.key, note=new.note, now=utc_now()
        )
    runtime.alarm("act")
    return {"id": made.id, "address": made.network, "lifted": made.lifted}


@router.delete("/{allowed_id}")
def remove_allowed(caller: Signed, runtime: Run, allowed_id: str) -> dict[str, Any]:
    """Take a line off; nothing is blocked by that."""
    with runtime.database.write() as session:
        network = allow_list.disallow(session, caller.actor, allowed_id, now=utc_now())
    return {"address": network}
