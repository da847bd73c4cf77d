"""The overview: is all well, how much came, and the newest alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from lamis.alerts import queries, queries_top
from lamis.alerts.filters import parse_filter
from lamis.alerts.types import Filter
from lamis.base.clock import iso_ms, to_ms
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.connections import actions as connection_actions
from lamis.connections import queries as connections
from lamis.connections.queries_balance import balance
from lamis.connections.types import SourceState
from lamis.views.charts import TopItem, histogram
from lamis.views.filters import chips
from lamis.views.links import Query, link
from lamis.views.pages import Completeness, Emptiness, OverviewPage, SystemStatus
from lamis.views.rows import Message, Tone, page_number, pager
from lamis.web.alert_rows import emptiness, params_of, query_of, rows_of, status_page
from lamis.web.visits import Signed, Visit

router = APIRouter()
DAY = timedelta(hours=24)
QUARTER = timedelta(minutes=15)
TOP = 5
PER_PAGE = 25
# Filters of the list of recent alerts that are its own: the chart and the cards stay those of the day.
_NOT_HERE = ("from", "to")


@router.get("/")
def overview_page(visit: Signed) -> Response:
    query = query_of(visit, "/")
    query = Query(query.path, tuple(pair for pair in query.pairs if pair[0] not in _NOT_HERE))
    with visit.read() as session:
        visit = visit.narrowed(session)
        messages: tuple[Message, ...] = ()
        try:
            chosen = parse_filter(params_of(query), now=visit.now)
        except Invalid as error:
            messages = (Message(Tone.FAILED, error.message),)
            query, chosen = Query("/"), Filter()
        page = _page(session, visit, query, chosen)
        return visit.page(
            session,
            "overview/overview.html",
            room="overview",
            page=page,
            messages=messages,
            refresh_s=visit.runtime.settings.ui_refresh_s,
        )


@router.post("/refresh")
def refresh_sent(visit: Signed) -> Response:
    """Make every source the person sees due now; at most a second later they are read."""
    with visit.write() as session:
        count = connection_actions.ask_refresh(session, visit.actor)
    visit.runtime.alarm("collect")
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"sources": count}, status_code=202)
    if not count:
        return visit.go("/", "There is no active source to refresh; add or resume one.", tone=Tone.WARNING)
    return visit.go("/", f"{count} {'source is' if count == 1 else 'sources are'} being read now.")


@router.get("/refresh/state")
def refresh_state(visit: Signed) -> Response:
    """What the button waits for: when each active source was last tried, and which failed."""
    with visit.read() as session:
        found = connections.sources(session, visit.actor.scope, now=visit.now)
    active = [each for each in found if each.state is SourceState.ACTIVE]
    return JSONResponse(
        {
            "tried_at": {
                each.id: None if each.last_try_ms is None else iso_ms(each.last_try_ms) for each in active
            },
            "failed": [
                {"name": each.name, "error": each.error_text}
                for each in active
                if each.error_code is not None
            ],
        }
    )


def _page(session: Session, visit: Visit, query: Query, chosen: Filter) -> OverviewPage:
    scope, now = visit.actor.scope, visit.now
    day = Filter(since=now - DAY, until=now + DAY)
    bars = histogram(
        queries.histogram(session, scope, replace(day, until=now + timedelta(milliseconds=1)), step=QUARTER)
    )
    is_filtered = chosen != Filter()
    total = queries.count(session, scope, day)
    wanted = replace(chosen, since=day.since, until=day.until)
    asked = page_number(query.value("page"), max(1, -(-total // PER_PAGE)))
    found = queries.numbered_page(session, scope, wanted, number=asked, size=PER_PAGE)
    before = Filter(since=now - 2 * DAY, until=now - DAY)
    sums = balance(session, scope, since_ms=to_ms(now - DAY))
    status = _status(session, visit, missing=sums.missing, now=now)
    removable = chips(query)
    return OverviewPage(
        query=query,
        status=status,
        total_24h=total,
        histogram=bars,
        rows=rows_of(found.alerts),
        pager=pager(query, total=found.total, per_page=PER_PAGE),
        before_24h=queries.count(session, scope, before),
        completeness=Completeness(sums.there, sums.here, sums.missing) if sums.windows else None,
        top_addresses=_top(session, visit, day, "address", is_mono=True),
        top_rules=_top(session, visit, day, "rule"),
        top_devices=_top(session, visit, day, "device"),
        chips=removable,
        emptiness=None if found.alerts else _why_empty(session, visit, status, is_filtered, len(removable)),
        may_refresh=visit.actor.may(Permission.REFRESH),
        show_tenant=visit.actor.narrowed_to is None,
    )


def _status(session: Session, visit: Visit, *, missing: int, now: datetime) -> SystemStatus:
    found = connections.system_status(session, visit.actor.scope, now=now)
    detail = (
        f"{missing:,} documents are being read again" if missing else "every alert of the last 24 h is here"
    )
    return status_page(found, detail=detail)


def _why_empty(
    session: Session, visit: Visit, status: SystemStatus, is_filtered: bool, filters: int
) -> Emptiness:
    since_ms = to_ms(visit.now - DAY)
    count = filters if is_filtered else 0
    return emptiness(session, visit, filters=count, clear_url="/", status=status, since_ms=since_ms)


def _top(
    session: Session, visit: Visit, day: Filter, kind: str, *, is_mono: bool = False
) -> Sequence[TopItem]:
    found = queries_top.top(session, visit.actor.scope, day, kind, limit=TOP)
    return [
        TopItem(item.text, item.n, link("/alerts", {kind: item.text}), is_mono=is_mono)
        for item in found.items
    ]
