"""The log of deliveries: the list, one of them, sending it again."""

from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.base.clock import to_ms
from lamis.base.scope import Permission
from lamis.delivery import actions_deliveries, queries, queries_log
from lamis.delivery.types import DeliveryInfo, DeliveryState
from lamis.views.deliveries import AttemptLine, DeliveriesPage, DeliveryLine, DeliveryPage, body_text
from lamis.views.links import Query
from lamis.web.alert_rows import query_of
from lamis.web.channels import ROOM, line_of
from lamis.web.visits import Signed, Visit

router = APIRouter(prefix="/deliveries")
PER_PAGE = 50
DAY = timedelta(hours=24)
_LABELS = (
    ("All", ""),
    ("Waiting", DeliveryState.WAITING.value),
    ("Delivered", DeliveryState.DELIVERED.value),
    ("Failed", DeliveryState.FAILED.value),
    ("In a summary", DeliveryState.FOLDED.value),
    ("Muted", DeliveryState.MUTED.value),
    ("Dropped", DeliveryState.DROPPED.value),
)


@router.get("")
def deliveries_page(visit: Signed) -> Response:
    visit.actor.require(Permission.SEE_ALERTS)
    query = query_of(visit, "/deliveries")
    with visit.read() as session:
        visit = visit.narrowed(session)
        return visit.page(
            session,
            "deliveries/list.html",
            room=ROOM,
            page=_list(session, visit, query),
            refresh_s=visit.runtime.settings.ui_refresh_s,
        )


@router.get("/{delivery_id}")
def delivery_page(visit: Signed, delivery_id: str) -> Response:
    with visit.read() as session:
        scope = visit.actor.full_scope
        found = queries_log.delivery_by_id(session, scope, delivery_id)
        may_manage = visit.actor.may(Permission.MANAGE_CHANNELS, found.tenant_key)
        tries = queries_log.attempts(session, scope, found.key)
        page = DeliveryPage(
            line=DeliveryLine(found),
            attempts=[AttemptLine(each, may_manage) for each in reversed(tries)],
            body=body_text(found),
            may_send=may_manage,
            why_not=_why_not(session, visit, found),
        )
        return visit.page(session, "deliveries/delivery.html", room=ROOM, page=page)


@router.post("/{delivery_id}/resend")
def resend_sent(visit: Signed, delivery_id: str) -> Response:
    with visit.write() as session:
        channel = actions_deliveries.send_again(session, visit.actor.narrow(None), delivery_id, now=visit.now)
    visit.runtime.alarm("act")
    return visit.go(f"/deliveries/{delivery_id}", f"It is sent again to {channel} within seconds.")


def _list(session: Session, visit: Visit, query: Query) -> DeliveriesPage:
    scope = visit.actor.scope
    state = next((each for each in DeliveryState if each.value == query.value("state")), None)
    found = queries_log.deliveries(
        session,
        scope,
        state=state,
        channel_id=query.value("channel") or None,
        incident_id=query.value("incident") or None,
        cursor=query.value("cursor") or None,
        limit=PER_PAGE + 1,
    )
    counts = queries_log.state_counts(session, scope, since_ms=to_ms(visit.now - DAY))
    shown = found[:PER_PAGE]
    return DeliveriesPage(
        query=query,
        lines=[DeliveryLine(each) for each in shown],
        states=[
            (label, query.narrow("state", value) if value else query.without("state"), value == (state or ""))
            for label, value in _LABELS
        ],
        counts={each.value: n for each, n in counts.items()},
        failing=[line_of(visit, each) for each in queries.failing_channels(session, scope)],
        channels=len(queries.channels(session, scope)),
        next_url=query.narrow("cursor", shown[-1].id) if len(found) > PER_PAGE else None,
        first_url=query.without("cursor") if query.value("cursor") else None,
        may_add=visit.actor.may(Permission.MANAGE_CHANNELS),
        show_tenant=visit.actor.sees_several,
    )


def _why_not(session: Session, visit: Visit, delivery: DeliveryInfo) -> str:
    if delivery.is_channel_removed:
        return f"The channel {delivery.channel_name} was removed."
    channel = queries.channel_by_id(session, visit.actor.full_scope, delivery.channel_id)
    return "" if channel.is_active else f"The channel {channel.name} is off."
