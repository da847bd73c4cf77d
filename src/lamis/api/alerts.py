"""`/api/v2/alerts`: list, one alert, counts. The filter parameters are those of `alerts.filters`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from lamis.access.callers import runtime_of
from lamis.alerts import queries
from lamis.alerts.filters import parse_filter, require_known, require_text_index
from lamis.alerts.results import AlertDetail, AlertRow, Bucket, Page
from lamis.alerts.types import Filter, Severity
from lamis.api.dependencies import Run, Signed, json_bytes
from lamis.api.documents import embedded
from lamis.base.clock import iso, iso_ms, utc_now
from lamis.base.errors import Invalid
from lamis.base.ids import alert_key

router = APIRouter(prefix="/alerts", tags=["alerts"])
DAY = timedelta(days=1)
FIRST = datetime(2, 1, 1, tzinfo=UTC)
MOST_BARS = 1000
LONGEST_BAR_S = 366 * 86_400
_JSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
}


def wanted_by(
    request: Request, *, now: datetime, own: Collection[str] | None = (), last_day: bool = True
) -> Filter:
    """The filter in a request's address; the last 24 hours where it names no time and `last_day` says so.

    Raises Invalid for a parameter that is neither a filter nor one of `own`; None lets any pass.
    """
    params: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        params.setdefault(name, []).append(value)
    if own is not None:
        require_known(params, own=own)
    wanted = parse_filter(params, now=now)
    require_text_index(wanted, is_kept=runtime_of(request).settings.text_index)
    if last_day and wanted.since is None and wanted.until is None:
        return replace(wanted, since=now - DAY)
    return wanted


@router.get("", responses=_JSON)
def list_alerts(
    request: Request,
    caller: Signed,
    runtime: Run,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Alerts newest first, of the last 24 hours unless `from` or `to` says otherwise."""
    wanted = wanted_by(request, now=utc_now(), own=("cursor", "limit"))
    with runtime.database.read() as session:
        found = queries.page(session, caller.actor.scope, wanted, cursor=cursor, limit=limit)
    return json_bytes(msgspec.json.encode(found))


@router.get("/stats")
def stats(request: Request, caller: Signed, runtime: Run) -> dict[str, Any]:
    """How many alerts match, in all and by severity."""
    now = utc_now()
    wanted = wanted_by(request, now=now)
    with runtime.database.read() as session:
        counts = queries.severity_counts(session, caller.actor.scope, wanted)
    return {
        "from": None if wanted.since is None else iso(wanted.since),
        "to": iso(wanted.until or now),
        "total": sum(counts.values()),
        "by_severity": _by_word(counts),
    }


@router.get("/histogram")
def histogram(
    request: Request,
    caller: Signed,
    runtime: Run,
    step_s: Annotated[
        int, Query(ge=900, le=LONGEST_BAR_S, multiple_of=900, description="Seconds a bar spans.")
    ] = 3600,
) -> dict[str, Any]:
    """Alerts over time in bars of `step_s` seconds, by severity.

    Without `from` they are those of the 24 hours before `to`.
    """
    now = utc_now()
    wanted = wanted_by(request, now=now, own=("step_s",))
    until = wanted.until or now
    since = wanted.since or max(until, FIRST) - DAY
    if (until - since) / timedelta(seconds=step_s) > MOST_BARS:
        raise Invalid(f"That is more than {MOST_BARS} bars; take a longer step_s.", field="step_s")
    wanted = replace(wanted, since=since, until=until)
    step = timedelta(seconds=step_s)
    with runtime.database.read() as session:
        bars = queries.histogram(session, caller.actor.scope, wanted, step=step)
    return {"from": iso(since), "to": iso(until), "step_s": step_s, "buckets": [_bar(bar) for bar in bars]}


@router.get("/top")
def top(
    request: Request,
    caller: Signed,
    runtime: Run,
    by: Literal["rule", "device", "user", "group", "mitre", "address", "connection"] = "rule",
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> dict[str, Any]:
    """The most frequent values. `sampled` is the number of newest matches looked at, null for all."""
    wanted = wanted_by(request, now=utc_now(), own=("by", "limit"))
    with runtime.database.read() as session:
        found = queries.top(session, caller.actor.scope, wanted, by, limit=limit)
    items = [{"value": item.text, "count": item.n} for item in found.items]
    return {"by": by, "items": items, "sampled": found.sampled}


@router.get("/{alert_id}")
def one_alert(alert_id: str, caller: Signed, runtime: Run) -> Response:
    """One alert with all that is kept of it; `document` is what the source sent, byte for byte."""
    with runtime.database.read() as session:
        found = queries.alert_by_key(session, caller.actor.scope, alert_key(alert_id))
    return json_bytes(msgspec.json.encode(detail(found)))


def detail(found: AlertDetail) -> Mapping[str, object]:
    """The JSON of one alert: its row, and the rest of what is kept."""
    return msgspec.structs.asdict(found.row) | {
        "time": None if found.time_ms is None else iso_ms(found.time_ms),
        "index": found.index,
        "document_id": found.doc_id,
        "device_id": found.device_ref,
        "groups": found.groups,
        "mitre": found.mitre,
        "addresses": found.addresses,
        "refused_copies": found.refused_copies,
        "dashboard_url": found.dashboard_url,
        **_document(found.document),
    }


def _document(raw: bytes | None) -> dict[str, object]:
    """The document as JSON where it is JSON, else as the text it is."""
    document = embedded(raw)
    if raw is None or document is not None:
        return {"document": document}
    return {"document": None, "document_text": raw.decode("utf-8", "replace")}


def _bar(bar: Bucket) -> dict[str, object]:
    return {"from": iso_ms(bar.from_ms), "to": iso_ms(bar.to_ms), "total": bar.total, **_by_word(bar.counts)}


def _by_word(counts: Mapping[Severity, int]) -> dict[str, int]:
    return {severity.word: counts.get(severity, 0) for severity in Severity}


def schemas() -> dict[str, Any]:
    """The schemas that answers of bytes refer to, for the OpenAPI document."""
    kinds: Sequence[type] = (Page, AlertRow)
    _, found = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return found
