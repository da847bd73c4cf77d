"""`/api/v2/incidents`: list, one of them, and what people do with it. The filters are `incidents.filters`."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.callers import Caller
from lamis.api.dependencies import Run, Signed, json_bytes
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid
from lamis.incidents import actions_work, queries
from lamis.incidents.filters import NAMES, parse_filter
from lamis.incidents.rules import verdict_of
from lamis.incidents.shown import incident_values
from lamis.incidents.types import IncidentFilter, IncidentRow, IncidentsPage, Verdict
from lamis.journal.positions import position_of, position_text
from lamis.journal.queries import heads, is_whole
from lamis.storage.runtime import Runtime

router = APIRouter(prefix="/incidents", tags=["incidents"])
ME = "me"


def _answer(name: str) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {200: {"content": {"application/json": {"schema": schema}}}}


class Closing(BaseModel):
    """`verdict` is true positive, false positive or benign."""

    model_config = ConfigDict(extra="forbid")

    verdict: str
    comment: str = ""


class Comment(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str


class Assignment(BaseModel):
    """`assignee` is a person's id, `me`, or null for nobody."""

    model_config = ConfigDict(extra="forbid")

    assignee: str | None


class Muting(BaseModel):
    """`until` is at most 30 days ahead; null ends the muting."""

    model_config = ConfigDict(extra="forbid")

    until: AwareDatetime | None


@router.get("", responses=_answer("IncidentsPage"))
def list_incidents(
    request: Request,
    caller: Signed,
    runtime: Run,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Those that wait for people unless `state` says otherwise, the last opened first."""
    wanted = _wanted(request, caller)
    with runtime.database.read() as session:
        found = queries.page(session, caller.actor.scope, wanted, now=utc_now(), cursor=cursor, limit=limit)
    return json_bytes(msgspec.json.encode(found))


class IncidentChanges(BaseModel):
    """How many matching incidents changed after `after`; `is_whole` false: nobody can tell, load the list."""

    after: str
    count: int
    is_whole: bool


@router.get("/changes")
def changes(
    request: Request,
    caller: Signed,
    runtime: Run,
    after: Annotated[str | None, Query(description="Of a page, a message, or the answer before.")] = None,
) -> IncidentChanges:
    """How many incidents that match, whatever their state, changed after `after`; at most 501 are counted."""
    wanted, signing = _wanted(request, caller), runtime.keys.signing
    # As on pages, a tenant that the address names beats the tenant switched to.
    scope = caller.actor.full_scope if wanted.tenant_ids else caller.actor.scope
    since = None if after is None else position_of(after, signing=signing)
    with runtime.database.read() as session:
        ends = heads(session, scope)
        told = position_text(ends, signing=signing)
        if since is None:
            return IncidentChanges(after=told, count=0, is_whole=True)
        moved = {key: since.get(key, 0) for key, last in ends.items() if last > since.get(key, 0)}
        found = queries.changed(session, scope, wanted, moved, now=utc_now())
        whole = is_whole(session, scope, since, ends)
        return IncidentChanges(after=told, count=found.count, is_whole=whole)


def _wanted(request: Request, caller: Caller) -> IncidentFilter:
    params = {name: request.query_params.getlist(name) for name in NAMES}
    return parse_filter(params, person_id=caller.actor.person_id)


@router.get("/{incident_id}", responses=_answer("IncidentRow"))
def one_incident(incident_id: str, caller: Signed, runtime: Run) -> Response:
    """One incident with its history, oldest first, and the like ones before and after it."""
    return _one(caller, runtime, incident_id)


@router.post("/{incident_id}/acknowledge", responses=_answer("IncidentRow"))
def acknowledge(incident_id: str, caller: Signed, runtime: Run) -> Response:
    """Say that somebody looks at it; it becomes yours where it was nobody's."""

    def act(session: Session, now: datetime) -> None:
        actions_work.acknowledge(session, caller.actor, incident_id, now=now)

    return _done(caller, runtime, incident_id, act)


@router.post("/{incident_id}/close", responses=_answer("IncidentRow"))
def close(incident_id: str, caller: Signed, runtime: Run, sent: Closing) -> Response:
    """End the work on it. 409 where somebody closed it already."""
    verdict = verdict_of(sent.verdict)
    if verdict is None:
        words = ", ".join(each.value for each in Verdict)
        raise Invalid(f"{sent.verdict!r} is not a verdict; use {words}.", field="verdict")

    def act(session: Session, now: datetime) -> None:
        actions_work.close(session, caller.actor, incident_id, verdict=verdict, comment=sent.comment, now=now)

    return _done(caller, runtime, incident_id, act)


@router.post("/{incident_id}/reopen", responses=_answer("IncidentRow"))
def reopen(incident_id: str, caller: Signed, runtime: Run) -> Response:
    """Take the work up again. 409 where a newer incident of like alerts followed."""

    def act(session: Session, now: datetime) -> None:
        actions_work.reopen(session, caller.actor, incident_id, now=now)

    return _done(caller, runtime, incident_id, act)


@router.post("/{incident_id}/comment", responses=_answer("IncidentRow"))
def comment(incident_id: str, caller: Signed, runtime: Run, sent: Comment) -> Response:
    """Add a comment to its history."""

    def act(session: Session, now: datetime) -> None:
        actions_work.comment(session, caller.actor, incident_id, sent.text, now=now)

    return _done(caller, runtime, incident_id, act)


@router.post("/{incident_id}/assign", responses=_answer("IncidentRow"))
def assign(incident_id: str, caller: Signed, runtime: Run, sent: Assignment) -> Response:
    """Make it somebody's, or nobody's."""
    assignee = caller.actor.person_id if sent.assignee == ME else sent.assignee

    def act(session: Session, now: datetime) -> None:
        actions_work.assign(session, caller.actor, incident_id, assignee, now=now)

    return _done(caller, runtime, incident_id, act)


@router.post("/{incident_id}/mute", responses=_answer("IncidentRow"))
def mute(incident_id: str, caller: Signed, runtime: Run, sent: Muting) -> Response:
    """Send no notifications about it until then."""

    def act(session: Session, now: datetime) -> None:
        actions_work.mute(session, caller.actor, incident_id, until=sent.until, now=now)

    return _done(caller, runtime, incident_id, act)


def _done(
    caller: Caller, runtime: Runtime, incident_id: str, act: Callable[[Session, datetime], None]
) -> Response:
    with runtime.database.write() as session:
        act(session, utc_now())
    return _one(caller, runtime, incident_id)


def _one(caller: Caller, runtime: Runtime, incident_id: str) -> Response:
    with runtime.database.read() as session:
        found = queries.incident_by_id(session, caller.actor.full_scope, incident_id, now=utc_now())
    return json_bytes(msgspec.json.encode(incident_values(found)))


def schemas() -> dict[str, Any]:
    """The schemas that answers of bytes refer to, for the OpenAPI document."""
    _, found = msgspec.json.schema_components(
        (IncidentsPage, IncidentRow), ref_template="#/components/schemas/{name}"
    )
    return found
