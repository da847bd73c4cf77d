"""`/api/v2/deliveries`: what was sent, and how each attempt went."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from lamis.api.dependencies import Run, Signed
from lamis.base.clock import utc_now
from lamis.base.scope import Permission
from lamis.delivery import actions_deliveries, queries_log
from lamis.delivery.shown import attempt_values, delivery_values
from lamis.delivery.types import DeliveryState

router = APIRouter(prefix="/deliveries", tags=["deliveries"])


@router.get("")
def list_deliveries(
    caller: Signed,
    runtime: Run,
    state: Annotated[DeliveryState | None, Query(description="Only those in this state.")] = None,
    channel: Annotated[str | None, Query(description="The id of a channel.")] = None,
    incident: Annotated[str | None, Query(description="The id of an incident.")] = None,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """The deliveries you see, newest first."""
    with runtime.database.read() as session:
        found = queries_log.deliveries(
            session,
            caller.actor.scope,
            state=state,
            channel_id=channel,
            incident_id=incident,
            cursor=cursor,
            limit=limit + 1,
        )
    shown = found[:limit]
    return {
        "deliveries": [delivery_values(each) for each in shown],
        "next": shown[-1].id if len(found) > limit else None,
    }


@router.get("/{delivery_id}")
def one_delivery(caller: Signed, runtime: Run, delivery_id: str) -> dict[str, Any]:
    """One delivery with what it says and every attempt."""
    actor = caller.actor
    with runtime.database.read() as session:
        found = queries_log.delivery_by_id(session, actor.scope, delivery_id)
        tries = queries_log.attempts(session, actor.scope, found.key)
    may_manage = actor.may(Permission.MANAGE_CHANNELS, found.tenant_key)
    return delivery_values(found) | {
        "body": found.body,
        "log": [attempt_values(each, may_manage=may_manage) for each in tries],
    }


@router.post("/{delivery_id}/resend", status_code=202)
def resend(caller: Signed, runtime: Run, delivery_id: str) -> dict[str, Any]:
    """Send it again, with the same id, within seconds."""
    with runtime.database.write() as session:
        channel = actions_deliveries.send_again(session, caller.actor, delivery_id, now=utc_now())
    runtime.alarm("act")
    return {"message": f"It is sent again to {channel} within seconds."}
