"""The alerts pages: the list with its filters, and one alert."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from lamis.alerts import queries, queries_single
from lamis.alerts.filters import NAMES, parse_filter, require_text_index
from lamis.alerts.results import AlertDetail
from lamis.alerts.types import Filter
from lamis.base.clock import DAY_MS, from_ms, to_ms
from lamis.base.errors import Invalid
from lamis.base.ids import alert_id, alert_key
from lamis.base.scope import Permission
from lamis.connections import queries as connections
from lamis.connections.queries_balance import window_holding
from lamis.connectors.registry import manifest
from lamis.views import formats
from lamis.views.blocking import ask_url
from lamis.views.charts import Histogram, TopItem, histogram
from lamis.views.fields import FieldLine, document_lines, document_text
from lamis.views.filters import chips, clear_url, range_label, range_links
from lamis.views.links import Query, link
from lamis.views.pages import AlertPage, AlertsPage
from lamis.views.rows import alert_row, page_number, pager
from lamis.web.alert_rows import (
    connection_options,
    emptiness,
    params_of,
    query_of,
    rows_of,
    status_page,
    tenant_options,
)
from lamis.web.blocking_rows import earlier_blocks
from lamis.web.visits import Signed, Visit

router = APIRouter()
ROOM = "alerts"
PER_PAGE = 25
MOST_ROWS = 100
BARS = 96
DAY = timedelta(hours=24)
_EXPORTED = (*NAMES, "text")
_LIKE = {"device": "same device", "address": "same address", "rule": "same rule", "user": "same user"}


@router.get("/alerts")
def alerts_page(visit: Signed) -> Response:
    query = query_of(visit, "/alerts")
    with visit.read() as session:
        visit = visit.narrowed(session)
        errors: dict[str, str] = {}
        wanted = Filter()
        try:
            wanted = parse_filter(params_of(query), now=visit.now)
            require_text_index(wanted, is_kept=visit.runtime.settings.text_index)
        except Invalid as error:
            errors = {error.field or "": error.message}
        page = (
            _unread(session, visit, query, errors)
            if errors
            else _list(session, visit, query, _timed(visit, wanted))
        )
        return visit.page(
            session,
            "alerts/list.html",
            room=ROOM,
            page=page,
            status=422 if errors else 200,
            search=query.value("q") or query.value("text"),
            refresh_s=None if errors else visit.runtime.settings.ui_refresh_s,
            is_live=not errors,
        )


@router.get("/alerts/rows")
def alert_rows(visit: Signed) -> Response:
    """Lines that a page shows already, as they are now: it takes over their marks of blocks."""
    keys = {alert_key(public_id) for public_id in visit.request.query_params.getlist("id")[:MOST_ROWS]}
    with visit.read() as session:
        found = queries_single.alerts_by_keys(session, visit.actor.full_scope, keys)
        return visit.part(
            "alerts/rows.html",
            rows=rows_of(session, visit, found),
            query=Query("/alerts"),
            may_block=visit.actor.may(Permission.BLOCK),
        )


@router.get("/alerts/{public_id}")
def alert_page(visit: Signed, public_id: str) -> Response:
    with visit.read() as session:
        found = queries_single.alert_by_key(session, visit.actor.full_scope, alert_key(public_id))
        return visit.page(session, "alerts/detail.html", room=ROOM, page=_detail(session, visit, found))


@router.get("/alerts/{public_id}/document")
def alert_document(visit: Signed, public_id: str) -> Response:
    """The document as the source sent it, to keep."""
    visit.actor.require(Permission.EXPORT_ALERTS)
    with visit.read() as session:
        found = queries_single.alert_by_key(session, visit.actor.full_scope, alert_key(public_id))
    disposition = f'attachment; filename="alert-{public_id}.json"'
    return Response(
        found.document or b"", media_type="application/json", headers={"Content-Disposition": disposition}
    )


@router.get("/alert/{connection_id}/{index}/{doc_id:path}")
def alert_by_origin(visit: Signed, connection_id: str, index: str, doc_id: str) -> Response:
    """The first dashboard's address of an alert."""
    with visit.read() as session:
        scope = visit.actor.full_scope
        found = queries_single.alert_by_origin(session, scope, connection_id, index, doc_id)
    return RedirectResponse(f"/alerts/{alert_id(found.key)}", 303)


def _timed(visit: Visit, wanted: Filter) -> Filter:
    """The filter with the last 24 hours where it names no time; alerts from the future are part of now."""
    if wanted.since is None and wanted.until is None:
        return replace(wanted, since=visit.now - DAY)
    return wanted


def _unread(session: Session, visit: Visit, query: Query, errors: dict[str, str]) -> AlertsPage:
    """The page of a filter that cannot be read: alerts that it did not choose would mislead."""
    tenants, sources = tenant_options(session, visit), connection_options(session, visit)
    return AlertsPage(
        query=query,
        rows=(),
        pager=pager(query, total=0, per_page=PER_PAGE),
        range_label=range_label(query),
        ranges=range_links(query),
        chips=chips(query, {"tenant": dict(tenants), "connection": dict(sources)}),
        clear_url=clear_url(query),
        tenants=tenants if len(tenants) > 1 else (),
        connections=sources,
        errors=errors,
    )


def _list(session: Session, visit: Visit, query: Query, wanted: Filter) -> AlertsPage:
    scope = visit.actor.scope
    asked = page_number(query.value("page"))
    found = queries.numbered_page(session, scope, wanted, number=asked, size=PER_PAGE)
    tenants, sources = tenant_options(session, visit), connection_options(session, visit)
    removable = chips(query, {"tenant": dict(tenants), "connection": dict(sources)})
    may_export = visit.actor.may(Permission.EXPORT_ALERTS)
    exports = Query(
        "/api/v2/alerts/export", tuple(p for p in query.pairs if p[0] in _EXPORTED and p != ("tenant", "all"))
    )
    return AlertsPage(
        query=query,
        rows=rows_of(session, visit, found.alerts),
        pager=pager(query, total=found.total, per_page=PER_PAGE, is_more=found.is_more),
        range_label=range_label(query),
        ranges=range_links(query),
        histogram=_histogram(session, visit, wanted),
        chips=removable,
        clear_url=clear_url(query),
        tenants=tenants if len(tenants) > 1 else (),
        connections=sources,
        emptiness=None
        if found.alerts
        else emptiness(
            session,
            visit,
            filters=len(removable),
            clear_url=clear_url(query),
            status=status_page(
                connections.system_status(session, scope, now=visit.now),
                may_add=visit.actor.may(Permission.MANAGE_CONNECTIONS),
            ),
            since_ms=to_ms(wanted.since) if wanted.since else 0,
        ),
        csv_url=exports.narrow("format", "csv") if may_export else None,
        ndjson_url=exports.narrow("format", "ndjson") if may_export else None,
        show_tenant=visit.actor.sees_several,
        may_block=visit.actor.may(Permission.BLOCK),
    )


def _histogram(session: Session, visit: Visit, wanted: Filter) -> Histogram | None:
    """About BARS bars over the time shown; none where it is open or longer than a quarter of a year."""
    since, until = wanted.since, wanted.until or visit.now
    if since is None or not timedelta() < until - since <= timedelta(days=92):
        return None
    bars = queries.bars(session, visit.actor.scope, wanted, now=visit.now, wished=BARS)
    note = f"The newest {bars.sampled:,} matches; older ones are not drawn." if bars.sampled else ""
    return histogram(bars.buckets, note)


def _detail(session: Session, visit: Visit, found: AlertDetail) -> AlertPage:
    document = found.document or b""
    may_export = visit.actor.may(Permission.EXPORT_ALERTS)
    return AlertPage(
        row=alert_row(found.row),
        document=document_text(document),
        size_bytes=len(document),
        facts=_facts(found),
        fields=document_lines(document),
        around=_around(session, visit, found),
        proof=_proof(session, visit, found),
        source_url=_source_url(session, visit, found),
        connection_url=_connection_url(found),
        raw_url=f"/alerts/{found.row.id}/document" if may_export and document else None,
        block_url=_block_url(visit, found),
        blocks=earlier_blocks(session, visit, found.row.source_address, tenant_id=found.row.tenant_id),
    )


def _block_url(visit: Visit, found: AlertDetail) -> str | None:
    row = found.row
    if not row.source_address or not visit.actor.may(Permission.BLOCK):
        return None
    return ask_url(row.source_address, reason=row.title, tenant_id=row.tenant_id, alert_id=row.id)


def _facts(found: AlertDetail) -> list[FieldLine]:
    row = found.row
    candidates = (
        FieldLine(
            "Device",
            row.device or "",
            note=f"agent {found.device_ref}" if found.device_ref else "",
            url=link("/alerts", {"device": row.device}),
        ),
        FieldLine("User", row.user or "", url=link("/alerts", {"user": row.user})),
        FieldLine(
            "Source address",
            row.source_address or "",
            is_mono=True,
            url=link("/alerts", {"address": row.source_address}),
        ),
        FieldLine("Other addresses", _others(found), is_mono=True),
        FieldLine("MITRE", ", ".join(found.mitre)),
        FieldLine("Groups", ", ".join(found.groups)),
        FieldLine("Rule", row.rule or "", url=link("/alerts", {"rule": row.rule})),
        FieldLine("Index", found.index, is_mono=True),
        FieldLine("Document id", found.doc_id, is_mono=True),
    )
    return [line for line in candidates if line.value]


def _others(found: AlertDetail) -> str:
    return ", ".join(each for each in found.addresses if each != found.row.source_address)


def _around(session: Session, visit: Visit, found: AlertDetail) -> Sequence[TopItem]:
    near = queries_single.around(session, visit.actor.full_scope, found.key)
    span = {"from": near.since.isoformat(), "to": near.until.isoformat()}
    return [
        TopItem(
            _LIKE.get(each.name, each.name),
            each.n,
            link("/alerts", {each.name: each.value, **span}),
        )
        for each in near.likenesses
    ]


def _proof(session: Session, visit: Visit, found: AlertDetail) -> list[str]:
    if found.row.is_finding:
        return ["LAMIS found this itself; no source has a document of it."]
    said = []
    held = window_holding(session, visit.actor.full_scope, found.row.connection_id, time_ms=found.time_ms)
    if held is not None and held.there is not None:
        read = f" read at {formats.second(from_ms(held.read_ms))} UTC" if held.read_ms else ""
        what = "Documents without a time" if held.is_undated else _span(held.from_ms, held.to_ms)
        refused = f", {held.refused:,} re-sent" if held.refused else ""
        said.append(f"{what}{read}: {held.there:,} there, {held.here:,} here{refused}.")
    if found.refused_copies:
        times = "once" if found.refused_copies == 1 else f"{found.refused_copies} times"
        said.append(f"The source sent this alert again {times}; it is kept once.")
    return said


def _span(since_ms: int, until_ms: int) -> str:
    if until_ms - since_ms > 400 * DAY_MS:
        return "Its window"
    return f"Window {formats.span(from_ms(since_ms), from_ms(until_ms))}"


def _source_url(session: Session, visit: Visit, found: AlertDetail) -> str | None:
    if not found.dashboard_url or found.row.is_finding or found.row.connection_state == "removed":
        return None
    stored = connections.connection_by_id(session, visit.actor.full_scope, found.row.connection_id)
    return manifest(stored.kind).document_link(found.dashboard_url, found.index, found.doc_id)


def _connection_url(found: AlertDetail) -> str | None:
    is_there = found.row.connection_id and found.row.connection_state != "removed"
    return f"/sources/{found.row.connection_id}" if is_there else None
