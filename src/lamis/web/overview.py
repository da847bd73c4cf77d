"""The overview: is all well, how much came, and the newest alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from lamis.alerts import queries
from lamis.alerts.filters import parse_filter, require_text_index
from lamis.alerts.types import Filter
from lamis.base.clock import iso_ms, to_ms
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.blocking import queries as blocking
from lamis.blocking.types import STANDING, BlockState
from lamis.connections import actions as connection_actions
from lamis.connections import queries as connections
from lamis.connections.queries_balance import balance
from lamis.connections.rules import status_of
from lamis.connections.types import HealthWord, Source, SourceState
from lamis.delivery.queries import failing_count
from lamis.incidents.queries import waiting_counts
from lamis.views.filters import chips
from lamis.views.links import Query
from lamis.views.pages import Completeness, OverviewPage, SystemStatus
from lamis.views.rows import Message, Tone, page_number, pager
from lamis.web.alert_rows import (
    connection_options,
    emptiness,
    params_of,
    query_of,
    rows_of,
    status_page,
    tenant_options,
)
from lamis.web.day import DAY, day_numbers
from lamis.web.frame import Badges
from lamis.web.visits import Signed, Visit

router = APIRouter()
PER_PAGE = 25
# Filters of the list of recent alerts that are its own: the chart and the cards stay those of the day.
_NOT_HERE = ("from", "to")
# Sources that a refresh does not make anybody try: waiting for them would be in vain.
_NOT_POLLED = frozenset({HealthWord.STOPPED, HealthWord.RESTING})


@router.get("/")
def overview_page(visit: Signed) -> Response:
    query = query_of(visit, "/")
    query = Query(query.path, tuple(pair for pair in query.pairs if pair[0] not in _NOT_HERE))
    with visit.read() as session:
        visit = visit.narrowed(session)
        messages: tuple[Message, ...] = ()
        try:
            chosen = parse_filter(params_of(query), now=visit.now)
            require_text_index(chosen, is_kept=visit.runtime.settings.text_index)
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
            is_live=True,
            badges=Badges(
                sources=page.status.active - page.status.working,
                incidents=sum(page.waiting.values()),
                channels=page.channels_failing,
            ),
        )


@router.post("/refresh")
def refresh_sent(visit: Signed) -> Response:
    """Make every source the person sees due now; at most a second later they are read."""
    with visit.write() as session:
        count = connection_actions.ask_refresh(session, visit.actor)
        rests = connections.resting(session)
    visit.runtime.alarm("collect")
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"sources": count}, status_code=202)
    if not count:
        return visit.go("/", "There is no active source to refresh; add or resume one.", tone=Tone.WARNING)
    named = "1 source" if count == 1 else f"{count} sources"
    if rests:
        return visit.go("/", f"Collecting rests; {named} will be read once it goes on.", tone=Tone.WARNING)
    return visit.go("/", f"{named} {'is' if count == 1 else 'are'} being read now.")


@router.get("/refresh/state")
def refresh_state(visit: Signed) -> Response:
    """What the button waits for: when each active source was last tried, and which failed."""
    with visit.read() as session:
        found = connections.sources(session, visit.actor.scope, now=visit.now)
    active = [each for each in found if each.state is SourceState.ACTIVE]
    polled = [each for each in active if each.health.word not in _NOT_POLLED]
    return JSONResponse(
        {
            "tried_at": {
                each.id: None if each.last_try_ms is None else iso_ms(each.last_try_ms) for each in polled
            },
            "failed": [
                {"name": each.name, "error": each.error_text or each.health.sentence}
                for each in active
                if each.error_code is not None or each not in polled
            ],
        }
    )


def _page(session: Session, visit: Visit, query: Query, chosen: Filter) -> OverviewPage:
    scope, now = visit.actor.scope, visit.now
    day = Filter(since=now - DAY, until=now + DAY)
    numbers = day_numbers(session, visit)
    wanted = replace(chosen, since=day.since, until=day.until)
    asked = page_number(query.value("page"))
    found = queries.numbered_page(session, scope, wanted, number=asked, size=PER_PAGE)
    total = found.total if wanted == day else queries.count(session, scope, day)
    sources = connections.sources(session, scope, now=now)
    sums = balance(session, scope, since_ms=to_ms(now - DAY))
    status = _status(session, visit, sources, missing=sums.missing)
    removable = chips(query, _names(session, visit, query))
    return OverviewPage(
        query=query,
        status=status,
        total_24h=total,
        histogram=numbers.histogram,
        rows=rows_of(session, visit, found.alerts),
        pager=pager(query, total=found.total, per_page=PER_PAGE, is_more=found.is_more),
        waiting=waiting_counts(session, scope),
        channels_failing=failing_count(session, scope),
        hourly=numbers.hourly,
        before_24h=_day_before(session, visit, sources),
        completeness=Completeness(sums.there, sums.here, sums.missing) if sums.windows else None,
        top_addresses=numbers.top_addresses,
        top_rules=numbers.top_rules,
        top_devices=numbers.top_devices,
        chips=removable,
        emptiness=None
        if found.alerts
        else emptiness(
            session,
            visit,
            filters=len(removable) if chosen != Filter() else 0,
            clear_url="/",
            status=status,
            since_ms=to_ms(now - DAY),
        ),
        may_refresh=visit.actor.may(Permission.REFRESH),
        show_tenant=visit.actor.sees_several,
        may_block=visit.actor.may(Permission.BLOCK),
        **_blocks(session, visit),
    )


def _blocks(session: Session, visit: Visit) -> dict[str, int]:
    """How many blocks stand, and how many of them are not as wanted."""
    counts = blocking.state_counts(session, visit.actor.scope)
    trouble = (BlockState.FAILED, BlockState.PARTLY)
    return {
        "blocked": sum(n for state, n in counts.items() if state in STANDING),
        "blocks_in_trouble": sum(counts.get(state, 0) for state in trouble),
    }


def _status(session: Session, visit: Visit, sources: Sequence[Source], *, missing: int) -> SystemStatus:
    return status_page(
        status_of(sources, resting=connections.resting(session)),
        detail=_reading(sources, missing=missing),
        may_add=visit.actor.may(Permission.MANAGE_CONNECTIONS),
    )


def _reading(sources: Sequence[Source], *, missing: int) -> str:
    """What is still on its way, where nothing is wrong."""
    unread = sum(each.health.word is HealthWord.WAITING for each in sources)
    if unread:
        return f"reading {unread} {'source' if unread == 1 else 'sources'} for the first time"
    if missing:
        return f"{missing:,} {'document is' if missing == 1 else 'documents are'} still to be read"
    return "every alert of the last 24 h is here"


def _day_before(session: Session, visit: Visit, sources: Sequence[Source]) -> int | None:
    """Alerts of the 24 hours before these; None where a source was not asked for that day whole."""
    since = visit.now - 2 * DAY
    for source in sources:
        reach = DAY if source.backfill == "24h" else 2 * DAY
        if source.created_ms > to_ms(since + reach):
            return None
    return queries.count(session, visit.actor.scope, Filter(since=since, until=visit.now - DAY))


def _names(session: Session, visit: Visit, query: Query) -> Mapping[str, Mapping[str, str]]:
    """Words for the ids that filters may hold; nothing is looked up for those without."""
    found: dict[str, Mapping[str, str]] = {}
    if query.values("tenant"):
        found["tenant"] = dict(tenant_options(session, visit))
    if query.values("connection"):
        found["connection"] = dict(connection_options(session, visit))
    return found
