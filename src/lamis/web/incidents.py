"""The pages of incidents: the list with its filters, and one incident."""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from lamis.alerts import queries as alerts
from lamis.alerts.types import Filter
from lamis.base.errors import Invalid
from lamis.base.scope import Permission, Scope
from lamis.blocking.queries import marks
from lamis.incidents import queries
from lamis.incidents.filters import parse_filter
from lamis.incidents.types import IncidentDetail, IncidentFilter, IncidentRow, Verdict
from lamis.people.queries import actor_of
from lamis.people.queries import people as people_in
from lamis.views.filters import chips
from lamis.views.incidents import (
    WORDS,
    IncidentLine,
    IncidentPage,
    IncidentsPage,
    history_line,
    incident_line,
    state_links,
)
from lamis.views.links import Query
from lamis.web.alert_rows import params_of, query_of, rows_of, tenant_options
from lamis.web.visits import Signed, Visit

router = APIRouter()
ROOM = "incidents"
PER_PAGE = 50
MOST_ROWS = 100
EVIDENCE = 25
DETAIL = "incidents/detail.html"
_ABOUT = {
    Verdict.TRUE_POSITIVE: "An attack or a fault that needed people.",
    Verdict.FALSE_POSITIVE: "The rule was wrong: nothing of the kind happened.",
    Verdict.BENIGN: "It happened, and it was meant to.",
}
_PEOPLE = {"assignee": {"me": "me", "nobody": "nobody"}}


@router.get("/incidents")
def incidents_page(visit: Signed) -> Response:
    query = query_of(visit, "/incidents")
    with visit.read() as session:
        visit = visit.narrowed(session)
        errors: dict[str, str] = {}
        wanted = IncidentFilter()
        try:
            wanted = parse_filter(params_of(query), person_id=visit.actor.person_id)
            page = _list(session, visit, query, wanted)
        except Invalid as error:
            errors = {error.field or "": error.message}
            page = _unread(session, visit, query, errors)
        return visit.page(
            session,
            "incidents/list.html",
            room=ROOM,
            page=page,
            status=422 if errors else 200,
            refresh_s=None if errors else visit.runtime.settings.ui_refresh_s,
            is_live=not errors,
        )


@router.get("/incidents/rows")
def incident_rows(visit: Signed) -> Response:
    """Lines that a page shows already, as they are now: it takes over their marks of blocks."""
    ids = visit.request.query_params.getlist("id")[:MOST_ROWS]
    with visit.read() as session:
        found = queries.incidents_by_ids(session, visit.actor.full_scope, ids, now=visit.now)
        return visit.part(
            "incidents/rows.html",
            lines=lines_of(session, visit, found),
            may_block=visit.actor.may(Permission.BLOCK),
        )


@router.get("/incidents/{public_id}")
def incident_page(visit: Signed, public_id: str) -> Response:
    """One incident; its number in place of its id leads there too."""
    with visit.read() as session:
        if public_id.isascii() and public_id.isdecimal() and len(public_id) <= 18:
            found = queries.incident_by_number(session, visit.actor.full_scope, int(public_id), now=visit.now)
            return RedirectResponse(f"/incidents/{found.row.id}", 303)
        return shown(session, visit, public_id)


@router.get("/incidents/{public_id}/close")
def close_page(visit: Signed, public_id: str) -> Response:
    """The form of closing by itself, for those without scripts."""
    with visit.read() as session:
        return shown(session, visit, public_id, template="incidents/close.html")


def shown(
    session: Session,
    visit: Visit,
    public_id: str,
    *,
    template: str = DETAIL,
    errors: dict[str, str] | None = None,
    sent: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page of one incident; `sent` is what was typed into a form that `errors` refuse."""
    found = queries.incident_by_id(session, visit.actor.full_scope, public_id, now=visit.now)
    page = _one(session, visit, found, errors=errors or {}, sent=sent or {})
    # Where a form was refused, the page shows what was typed; it stays as it is.
    is_live = template == DETAIL and status == 200
    return visit.page(session, template, room=ROOM, page=page, status=status, is_live=is_live)


def _unread(session: Session, visit: Visit, query: Query, errors: dict[str, str]) -> IncidentsPage:
    tenants = tenant_options(session, visit)
    return IncidentsPage(
        query=query,
        lines=(),
        total=0,
        states=state_links(query),
        chips=chips(query, {"tenant": dict(tenants), **_PEOPLE}, words=WORDS),
        tenants=tenants if len(tenants) > 1 else (),
        errors=errors,
    )


def _list(session: Session, visit: Visit, query: Query, wanted: IncidentFilter) -> IncidentsPage:
    scope, cursor = visit.actor.scope, query.value("cursor") or None
    found = queries.page(session, scope, wanted, now=visit.now, cursor=cursor, limit=PER_PAGE)
    tenants = tenant_options(session, visit)
    first = Query(query.path, tuple(pair for pair in query.pairs if pair[0] != "cursor"))
    return IncidentsPage(
        query=query,
        lines=lines_of(session, visit, found.incidents),
        total=queries.count(session, scope, wanted),
        states=state_links(query),
        next_url=None
        if found.next is None
        else Query(first.path, (*first.pairs, ("cursor", found.next))).url,
        first_url=first.url if cursor else None,
        chips=chips(query, {"tenant": dict(tenants), **_PEOPLE}, words=WORDS),
        clear_url=query.only(("state",)),
        tenants=tenants if len(tenants) > 1 else (),
        show_tenant=visit.actor.sees_several,
        may_block=visit.actor.may(Permission.BLOCK),
        opens_from=visit.runtime.settings.incident_severity,
    )


def lines_of(session: Session, visit: Visit, found: Sequence[IncidentRow]) -> list[IncidentLine]:
    """Lines of a list, those whose address is blocked marked."""
    places = [(each.tenant_id, each.source_address) for each in found if each.source_address]
    found_marks = marks(session, visit.actor.full_scope, places)
    return [
        incident_line(each, found_marks.get((each.tenant_id, each.source_address or ""))) for each in found
    ]


def _one(
    session: Session, visit: Visit, found: IncidentDetail, *, errors: dict[str, str], sent: dict[str, str]
) -> IncidentPage:
    actor, row = visit.actor, found.row
    evidence = alerts.page(session, actor.full_scope, Filter(incident=row.id), limit=EVIDENCE)
    may_work = actor.may(Permission.WORK_INCIDENTS, found.tenant_key)
    return IncidentPage(
        line=lines_of(session, visit, [row])[0],
        evidence=rows_of(session, visit, evidence.alerts),
        evidence_query=Query("/alerts", (("incident", row.id), ("from", "2000-01-01"))),
        history=[history_line(each) for each in found.happenings],
        verdicts=[(each.value, each.value.capitalize(), _ABOUT[each]) for each in Verdict],
        previous=None if found.previous is None else incident_line(found.previous),
        next=None if found.next is None else incident_line(found.next),
        assignees=_workers(session, visit, found) if may_work else (),
        expired=found.expired,
        may_work=may_work,
        may_block=actor.may(Permission.BLOCK, found.tenant_key),
        is_mine=row.assignee_id == actor.person_id,
        errors=errors,
        sent=sent,
    )


def _workers(session: Session, visit: Visit, found: IncidentDetail) -> list[tuple[str, str]]:
    """Who may work on the incident, by name; of operators only whoever asks and whose it is."""
    members = people_in(session, Scope(frozenset({found.tenant_key})))
    known = {each.id: each.name for each in members}
    known[visit.actor.person_id] = visit.actor.name
    if found.row.assignee_id is not None:
        known.setdefault(found.row.assignee_id, found.row.assignee or "")
    able = []
    for person_id, name in known.items():
        person = actor_of(session, person_id)
        if person is not None and person.may(Permission.WORK_INCIDENTS, found.tenant_key):
            able.append((person_id, name))
    return sorted(able, key=lambda each: each[1].casefold())
