"""The sources pages: the list, and one source with its health and its ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from lamis.access.trials import try_stored
from lamis.alerts import queries as alerts
from lamis.alerts.types import Filter
from lamis.base.clock import from_ms, to_ms
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.connections import actions, queries
from lamis.connections.rules import status_of
from lamis.connections.types import HealthWord, Source, SourceState
from lamis.web.connections_form import Result
from lamis.web.ledger import ledger_lines
from lamis.web.sources_form import result_of
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/sources")
ROOM = "sources"
LEDGER_HOURS = 48


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as pages show it; times are aware, `mark` is the state of its health mark."""

    source: Source
    mark: str
    last_good_at: datetime | None
    newest_at: datetime | None
    lag: timedelta | None
    may_manage: bool
    may_refresh: bool
    may_check: bool


@router.get("")
def sources_page(visit: Signed) -> Response:
    visit.actor.require(Permission.SEE_CONNECTIONS)
    with visit.read() as session:
        visit = visit.narrowed(session)
        found = queries.sources(session, visit.actor.scope, now=visit.now)
        summary = status_of(found, resting=queries.resting(session))
        return visit.page(
            session,
            "sources/list.html",
            room=ROOM,
            rows=[source_row(visit, each) for each in found],
            summary=summary,
            may_add=visit.actor.may(Permission.MANAGE_CONNECTIONS),
            refresh_s=visit.runtime.settings.ui_refresh_s,
        )


@router.get("/{source_id}")
def source_page(visit: Signed, source_id: str) -> Response:
    return _source_page(visit, source_id)


@router.get("/{source_id}/test")
@router.get("/{source_id}/refresh")
def result_left(visit: Signed, source_id: str) -> Response:
    """A result that was loaded again, or come back to, leads to its source."""
    return visit.go(f"/sources/{source_id}")


@router.post("/{source_id}/test")
def test_sent(visit: Signed, source_id: str) -> Response:
    with visit.read() as session:
        stored = queries.source_row(session, visit.actor.full_scope, source_id)
    visit.actor.require(Permission.CHECK_CONNECTIONS, stored.tenant_key)
    return _source_page(visit, source_id, result=result_of(try_stored(visit.runtime, stored), now=visit.now))


@router.post("/{source_id}/refresh")
def refresh_sent(visit: Signed, source_id: str) -> Response:
    with visit.write() as session:
        actions.ask_refresh(session, visit.actor.narrow(None), connection_id=source_id)
        name = queries.source_row(session, visit.actor.full_scope, source_id).name
    visit.runtime.alarm("collect")
    return visit.go(f"/sources/{source_id}", f"{name} is being read now.")


@router.post("/{source_id}/active")
def active_sent(visit: Signed, source_id: str, form: Sent) -> Response:
    is_active = form.is_on("is_active")
    with visit.write() as session:
        actor = visit.actor.narrow(None)
        queries.source_row(session, actor.full_scope, source_id)
        name = actions.set_active(session, actor, source_id, is_active=is_active, now=visit.now).name
    visit.runtime.alarm("collect")
    said = (
        f"{name} is collected again; what came meanwhile is read now."
        if is_active
        else f"{name} is paused; its alerts stay, labelled."
    )
    return visit.go(f"/sources/{source_id}", said)


@router.post("/{source_id}/reread")
def reread_sent(visit: Signed, source_id: str, form: Sent) -> Response:
    try:
        since, until = int(form.text("from_ms")), int(form.text("to_ms"))
        span = from_ms(since), from_ms(until)
    except (ValueError, OverflowError) as error:
        raise Invalid("The stretch of time to read again is missing.", field="from_ms") from error
    with visit.write() as session:
        actor = visit.actor.narrow(None)
        windows = actions.ask_reread(session, actor, source_id, since=span[0], until=span[1], now=visit.now)
    visit.runtime.alarm("collect")
    said = f"{windows} {'window is' if windows == 1 else 'windows are'} counted and read again now."
    return visit.go(f"/sources/{source_id}", said)


@router.post("/{source_id}/accept-identity")
def identity_accepted(visit: Signed, source_id: str) -> Response:
    with visit.write() as session:
        name = actions.accept_identity(session, visit.actor.narrow(None), source_id, now=visit.now).name
    visit.runtime.alarm("collect")
    return visit.go(f"/sources/{source_id}", f"{name} is accepted as it answers now; collecting goes on.")


def source_row(visit: Visit, source: Source) -> SourceRow:
    return SourceRow(
        source=source,
        mark=_mark(source),
        last_good_at=_at(source.last_good_ms),
        newest_at=_at(source.newest_ms),
        lag=None if source.lag_ms is None else timedelta(milliseconds=source.lag_ms),
        may_manage=visit.actor.may(Permission.MANAGE_CONNECTIONS, source.tenant_key),
        may_refresh=visit.actor.may(Permission.REFRESH, source.tenant_key),
        may_check=visit.actor.may(Permission.CHECK_CONNECTIONS, source.tenant_key),
    )


def _mark(source: Source) -> str:
    if source.state is not SourceState.ACTIVE:
        return "off"
    if source.health.word in {HealthWord.WAITING, HealthWord.QUIET, HealthWord.RESTING}:
        return "late"
    return "ok" if source.health.is_good else "bad"


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def _source_page(visit: Visit, source_id: str, *, result: Result | None = None) -> Response:
    visit.actor.require(Permission.SEE_CONNECTIONS)
    with visit.read() as session:
        scope = visit.actor.full_scope
        source = queries.source_by_id(session, scope, source_id, now=visit.now)
        ledger = queries.ledger(session, scope, source_id, hours=LEDGER_HOURS, now=visit.now)
        return visit.page(
            session,
            "sources/source.html",
            room=ROOM,
            row=source_row(visit, source),
            source=source,
            count=alerts.count(session, scope, Filter(connection_ids=frozenset({source.id}))),
            error="",
            result=result,
            ledger=ledger,
            lines=ledger_lines(ledger, now_ms=to_ms(visit.now)),
            hours=LEDGER_HOURS,
            not_asked_before=_at(ledger.not_asked_before_ms),
            refresh_s=visit.runtime.settings.ui_refresh_s if result is None else None,
        )
