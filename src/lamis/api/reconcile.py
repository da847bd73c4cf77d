"""`/api/v2/firewalls/reconcile`: compare firewalls with what is wanted, now."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from lamis.api.dependencies import Run, Signed
from lamis.base.clock import utc_now
from lamis.blocking import actions
from lamis.connections.queries_firewalls import stored_firewall

router = APIRouter(prefix="/firewalls", tags=["blocks"])


class Which(BaseModel):
    """One firewall by its id; without it, every firewall you may block on."""

    model_config = ConfigDict(extra="forbid")

    firewall: str | None = None


@router.post("/reconcile", status_code=202)
def reconcile(caller: Signed, runtime: Run, which: Which | None = None) -> dict[str, Any]:
    """Have the firewalls' own lists compared with what is wanted; what is missing is put back."""
    firewall_id = which.firewall if which else None
    with runtime.database.write() as session:
        if firewall_id is not None:
            stored_firewall(session, caller.actor.full_scope, firewall_id)
        count = actions.ask_reconcile(session, caller.actor, firewall_id=firewall_id, now=utc_now())
    runtime.alarm("act")
    return {"firewalls": count}
