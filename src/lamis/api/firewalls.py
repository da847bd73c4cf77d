"""`/api/v2/firewalls`: the firewalls that addresses are blocked on; made and changed as connections."""

from typing import Any

from fastapi import APIRouter

from lamis.api.dependencies import Run, Signed
from lamis.base.clock import utc_now
from lamis.connections import queries_firewalls
from lamis.connections.shown import firewall_values

router = APIRouter(prefix="/firewalls", tags=["firewalls"])


@router.get("")
def list_firewalls(caller: Signed, runtime: Run) -> dict[str, Any]:
    """The firewalls you see, by name: health, alias, and how its list compared with what is wanted."""
    with runtime.database.read() as session:
        found = queries_firewalls.firewalls(session, caller.actor.scope, now=utc_now())
    return {"firewalls": [firewall_values(each) for each in found]}
