"""`/api/v2/connections`: sources and firewalls. Each is tested before it is saved."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from lamis.access.callers import Caller
from lamis.access.firewalls import stored_values
from lamis.access.trials import tenant_for, try_and_keep, try_draft
from lamis.api.dependencies import Run, Signed
from lamis.api.drafts import ConnectionChange, ConnectionIn, NewConnection
from lamis.api.problems import problem
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.connections import actions, queries, queries_firewalls
from lamis.connections.drafts import parse_draft
from lamis.connections.models import Connection
from lamis.connections.prefill import with_changes
from lamis.connections.shown import (
    connection_values,
    firewall_values,
    ledger_values,
    result_values,
    source_values,
)
from lamis.connections.types import FIREWALL_KINDS, ConnectionKind, TestResult
from lamis.storage.runtime import Runtime

router = APIRouter(prefix="/connections", tags=["connections"])
MOST_HOURS = 24 * 3650


class Stretch(BaseModel):
    """A stretch of a source's time, from `from` up to and without `to`."""

    model_config = ConfigDict(extra="forbid")

    since: datetime = Field(alias="from")
    until: datetime = Field(alias="to")


@router.get("")
def list_connections(
    caller: Signed,
    runtime: Run,
    removed: Annotated[bool, Query(description="Removed ones too.")] = False,
    kind: Annotated[ConnectionKind | None, Query(description="Those of one kind only.")] = None,
) -> dict[str, Any]:
    """The sources and firewalls you see, by name, with their health."""
    scope, now = caller.actor.scope, utc_now()
    with runtime.database.read() as session:
        found = connection_values(
            queries.sources(session, scope, now=now, with_removed=removed),
            queries_firewalls.firewalls(session, scope, now=now, with_removed=removed),
        )
    return {"connections": [values for values in found if kind is None or values["kind"] == kind.value]}


@router.post("", status_code=201)
def add_connection(caller: Signed, runtime: Run, new: NewConnection) -> Response:
    """Test and, when the test is good, save. A failed test saves nothing and answers 422 with its `code`."""
    actor = caller.actor
    with runtime.database.read() as session:
        tenant = tenant_for(session, actor, new.tenant)
    actor.require(Permission.MANAGE_CONNECTIONS, tenant.key)
    draft = parse_draft(new.given())
    tested = try_draft(runtime, actor, draft)
    if not tested.is_ok:
        return _failed(tested)
    with runtime.database.write() as session:
        connection = actions.add_connection(
            session,
            actor,
            draft,
            tenant_key=tenant.key,
            vault=runtime.keys.vault,
            tested=tested,
            now=utc_now(),
        )
    _wake(runtime)
    return _shown(caller, runtime, connection.id, status=201, tested=tested)


@router.get("/{connection_id}")
def one_connection(caller: Signed, runtime: Run, connection_id: str) -> Response:
    """One connection with its health."""
    return _shown(caller, runtime, connection_id)


@router.patch("/{connection_id}")
def change_connection(caller: Signed, runtime: Run, connection_id: str, change: ConnectionChange) -> Response:
    """Pause or resume by `is_active`; anything else is tested first, with what was typed."""
    if not change.model_fields_set:
        raise Invalid("Name what to change.")
    tested = None
    if change.given():
        stored = _managed(caller, runtime, connection_id)
        draft = parse_draft(with_changes(stored_values(runtime, stored), change.given()))
        tested = try_draft(runtime, caller.actor, draft, old=stored)
        if not tested.is_ok:
            return _failed(tested)
        with runtime.database.write() as session:
            actions.edit_connection(
                session,
                caller.actor,
                connection_id,
                draft,
                vault=runtime.keys.vault,
                tested=tested,
                now=utc_now(),
            )
    if change.is_active is not None:
        with runtime.database.write() as session:
            actions.set_active(
                session, caller.actor, connection_id, is_active=change.is_active, now=utc_now()
            )
    _wake(runtime)
    return _shown(caller, runtime, connection_id, tested=tested)


@router.delete("/{connection_id}")
def remove_connection(
    caller: Signed,
    runtime: Run,
    connection_id: str,
    erase: Annotated[bool, Query(description="Erase its alerts too; a task does it.")] = False,
) -> dict[str, Any]:
    """Remove a connection. Its alerts stay, labelled, unless `erase`."""
    with runtime.database.write() as session:
        removed = actions.remove_connection(session, caller.actor, connection_id, erase=erase, now=utc_now())
    _wake(runtime)
    return {"name": removed.name, "erase_task": removed.erase_task_id}


@router.post("/{connection_id}/test")
def try_connection(
    caller: Signed, runtime: Run, connection_id: str, typed: ConnectionIn | None = None
) -> dict[str, Any]:
    """Test the connection as it is stored, or with what was typed over it. Nothing is saved."""
    if typed is None or not typed.given():
        with runtime.database.read() as session:
            stored = queries.connection_by_id(session, caller.actor.scope, connection_id)
        caller.actor.require(Permission.CHECK_CONNECTIONS, stored.tenant_key)
        return result_values(try_and_keep(runtime, stored))
    stored = _managed(caller, runtime, connection_id)
    draft = parse_draft(with_changes(stored_values(runtime, stored), typed.given()))
    return result_values(try_draft(runtime, caller.actor, draft, old=stored, is_trial=True))


@router.post("/{connection_id}/refresh", status_code=202)
def refresh_connection(caller: Signed, runtime: Run, connection_id: str) -> dict[str, Any]:
    """Make the connection due now; it is polled within a second."""
    with runtime.database.write() as session:
        actions.ask_refresh(session, caller.actor, connection_id=connection_id)
    runtime.alarm("collect")
    return {"message": "The source is due now."}


@router.get("/{connection_id}/ledger")
def ledger(
    caller: Signed,
    runtime: Run,
    connection_id: str,
    hours: Annotated[int, Query(ge=1, le=MOST_HOURS, description="How far back the lines go.")] = 24,
) -> dict[str, Any]:
    """The completeness ledger: there, here and missing by hour; the sums are of all time."""
    with runtime.database.read() as session:
        found = queries.ledger(session, caller.actor.scope, connection_id, hours=hours, now=utc_now())
    return ledger_values(found)


@router.post("/{connection_id}/reread", status_code=202)
def reread(caller: Signed, runtime: Run, connection_id: str, stretch: Stretch) -> dict[str, Any]:
    """Count and read a stretch of the source's time again, now."""
    if _utc(stretch.since) >= _utc(stretch.until):
        raise Invalid("The end must be after the beginning.", field="to")
    with runtime.database.write() as session:
        windows = actions.ask_reread(
            session,
            caller.actor,
            connection_id,
            since=_utc(stretch.since),
            until=_utc(stretch.until),
            now=utc_now(),
        )
    runtime.alarm("collect")
    return {"windows": windows}


@router.post("/{connection_id}/accept-identity")
def accept_identity(caller: Signed, runtime: Run, connection_id: str) -> Response:
    """Trust the deployment that now answers at the address, and go on collecting."""
    with runtime.database.write() as session:
        actions.accept_identity(session, caller.actor, connection_id, now=utc_now())
    runtime.alarm("collect")
    return _shown(caller, runtime, connection_id)


def _wake(runtime: Runtime) -> None:
    """Sources are collected by one pool of workers, firewalls told by the other."""
    runtime.alarm("collect")
    runtime.alarm("act")


def _managed(caller: Caller, runtime: Runtime, connection_id: str) -> Connection:
    with runtime.database.read() as session:
        stored = queries.connection_by_id(session, caller.actor.scope, connection_id)
    caller.actor.require(Permission.MANAGE_CONNECTIONS, stored.tenant_key)
    return stored


def _shown(
    caller: Caller,
    runtime: Runtime,
    connection_id: str,
    *,
    status: int = 200,
    tested: TestResult | None = None,
) -> Response:
    scope, now = caller.actor.scope, utc_now()
    with runtime.database.read() as session:
        row = queries.connection_by_id(session, scope, connection_id)
        if row.kind in FIREWALL_KINDS:
            values = firewall_values(queries_firewalls.firewall_by_id(session, scope, row.id, now=now))
        else:
            values = source_values(queries.source_by_id(session, scope, row.id, now=now))
    test = {} if tested is None else {"test": result_values(tested)}
    return JSONResponse(values | test, status_code=status)


def _failed(tested: TestResult) -> Response:
    values = result_values(tested)
    return problem(
        422, tested.message, code=values["code"], message=tested.message, details=values["details"]
    )


def _utc(moment: datetime) -> datetime:
    """Times without a zone are UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
