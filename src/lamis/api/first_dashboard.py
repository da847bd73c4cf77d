"""The two JSON addresses of the first dashboard, answered as it did."""

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from lamis.alerts import queries
from lamis.api.dependencies import Run, Signed, json_bytes
from lamis.api.documents import embedded
from lamis.base.clock import iso_ms, utc_now
from lamis.base.scope import Permission
from lamis.connections import actions
from lamis.connections import queries as connections
from lamis.connections.types import SourceState

router = APIRouter(tags=["first dashboard"])
PER_PAGE = 25
MOST_PER_PAGE = 500
LAST_PAGE = 1_000_000_000


@router.get("/alerts")
def list_documents(request: Request, caller: Signed, runtime: Run) -> Response:
    """Source documents of active connections of the last 24 hours, newest first, by page number."""
    page = _number(request, "page", default=1)
    size = min(_number(request, "per_page", default=PER_PAGE), MOST_PER_PAGE)
    scope, now = caller.actor.scope, utc_now()
    with runtime.database.read() as session:
        found = queries.source_documents_page(session, scope, number=min(page, LAST_PAGE), size=size, now=now)
        sources = connections.sources(session, scope, now=now)
    good = [s.last_good_ms for s in sources if s.state is SourceState.ACTIVE and s.last_good_ms is not None]
    answer: dict[str, object] = {
        "alerts": [
            {
                "_index": row.index,
                "_id": row.doc_id,
                "_source": embedded(row.document),
                "_source_manager_name": row.connection,
                "_source_manager_id": row.connection_id,
            }
            for row in found.documents
        ],
        "total_alerts_in_cache": found.total,
        "total_alerts_last_24h": found.total,
        "total_pages": -(-found.total // size),
        "current_page": page,
        "last_update": iso_ms(max(good)) if good else None,
    }
    if found.total == 0:
        answer["total_alerts"] = 0
    return json_bytes(msgspec.json.encode(answer))


@router.post("/system/refresh", status_code=202)
def refresh(caller: Signed, runtime: Run) -> dict[str, str]:
    """Make every source you may refresh due now."""
    caller.actor.require(Permission.REFRESH)
    with runtime.database.write() as session:
        actions.ask_refresh(session, caller.actor)
    runtime.alarm("collect")
    return {"message": "Refresh command sent successfully."}


def _number(request: Request, name: str, *, default: int) -> int:
    """The parameter, or its default where it is no number or below 1."""
    try:
        given = int(request.query_params.get(name, ""))
    except ValueError:
        return default
    return given if given >= 1 else default
