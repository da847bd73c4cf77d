"""`GET /api/v2/alerts/export`: everything that matches, streamed."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import StreamingResponse

from lamis.alerts.export import export_rows, raw_lines
from lamis.api.alerts import wanted_by
from lamis.api.dependencies import Run, Signed
from lamis.api.lines import csv_lines, ndjson_lines
from lamis.base.clock import utc_now
from lamis.base.errors import NotAllowed
from lamis.base.scope import Actor, Permission, Scope

router = APIRouter(prefix="/alerts", tags=["alerts"])
_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


def exportable(actor: Actor) -> Scope:
    """The tenants in view whose alerts the actor may export. Raises NotAllowed where there is none."""
    scope = actor.scope_of(Permission.EXPORT_ALERTS)
    if scope.tenant_keys is not None and not scope.tenant_keys:
        raise NotAllowed("You may not export alerts; ask an admin of your tenant or an operator.")
    return scope


@router.get("/export")
def export(
    request: Request,
    caller: Signed,
    runtime: Run,
    kind: Annotated[Literal["csv", "ndjson"], Query(alias="format")] = "csv",
    raw: Annotated[bool, Query(description="The source documents themselves, of all time (NDJSON).")] = False,
) -> StreamingResponse:
    """All alerts that match, newest first, of the last 24 hours unless `from` or `to` says otherwise."""
    scope = exportable(caller.actor)
    wanted = wanted_by(request, now=utc_now(), own=("format", "raw"), last_day=not raw)
    lines: Iterator[bytes]
    if raw:
        kind, lines = "ndjson", raw_lines(runtime.database, scope, wanted)
    else:
        write = csv_lines if kind == "csv" else ndjson_lines
        lines = write(export_rows(runtime.database, scope, wanted))
    headers = {"Content-Disposition": f'attachment; filename="alerts.{kind}"'}
    return StreamingResponse(lines, media_type=_TYPES[kind], headers=headers)
