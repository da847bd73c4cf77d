"""The sources pages: the list, one source with its ledger, adding, editing, removing."""

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from lamis.access.trials import tenant_for, try_draft, try_stored
from lamis.alerts import queries as alerts
from lamis.alerts.types import Filter
from lamis.base.clock import from_ms, to_ms
from lamis.base.errors import Conflict, Invalid, LamisError
from lamis.base.scope import Permission
from lamis.base.secrets import SecretUnreadable
from lamis.connections import actions, queries
from lamis.connections.drafts import parse_draft
from lamis.connections.endpoints import unseal
from lamis.connections.models import Connection
from lamis.connections.prefill import prefilled
from lamis.connections.types import HealthWord, Source, SourceState, TestResult
from lamis.tenants import queries as tenants
from lamis.web.errors import status_of
from lamis.web.forms import EMPTY, Form
from lamis.web.ledger import ledger_lines
from lamis.web.sources_form import Result, SourceForm, result_of, shown, typed, wrong
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/sources")
ROOM = "sources"
LEDGER_HOURS = 48
ERASE = "erase"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as pages show it; times are aware, `mark` is the state of its health mark."""

    source: Source
    mark: str
    last_good_at: datetime | None
    newest_at: datetime | None
    lag_s: float | None
    may_manage: bool
    may_refresh: bool


@router.get("")
def sources_page(visit: Signed) -> Response:
    visit.actor.require(Permission.SEE_CONNECTIONS)
    with visit.read() as session:
        visit = visit.narrowed(session)
        found = queries.sources(session, visit.actor.scope, now=visit.now)
        return visit.page(
            session,
            "sources/list.html",
            room=ROOM,
            rows=[_row(visit, each) for each in found],
            status=200,
            summary=queries.system_status(session, visit.actor.scope, now=visit.now),
            may_add=visit.actor.may(Permission.MANAGE_CONNECTIONS),
            refresh_s=visit.runtime.settings.ui_refresh_s,
        )


@router.get("/new")
def new_page(visit: Signed) -> Response:
    """The address that the set-up step once named."""
    return RedirectResponse("/sources/add" + ("?first=1" if visit.request.url.query else ""), 303)


@router.get("/add")
def add_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    with visit.read() as session:
        return _form_page(visit, session, _new_form(visit, session, EMPTY))


@router.post("/add")
def add_sent(visit: Signed, form: Sent) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    tested: TestResult | None = None
    try:
        with visit.read() as session:
            tenant = tenant_for(session, visit.actor, form.text("tenant") or None)
        visit.actor.require(Permission.MANAGE_CONNECTIONS, tenant.key)
        draft = parse_draft(typed(form))
        tested = try_draft(visit.runtime, visit.actor, draft)
        if not tested.is_ok or form.text("do") == "test":
            return _add_again(visit, form, tested=tested)
        with visit.write() as session:
            connection = actions.add_connection(
                session,
                visit.actor,
                draft,
                tenant_key=tenant.key,
                vault=visit.runtime.keys.vault,
                tested=tested,
                now=visit.now,
            )
    except (Invalid, Conflict) as error:
        return _add_again(visit, form, tested=tested, error=error)
    visit.runtime.alarm("collect")
    said = f"{connection.name} is connected; its alerts of the last 24 hours come first."
    return visit.go("/" if form.is_on("first") else f"/sources/{connection.id}", said)


@router.get("/{source_id}")
def source_page(visit: Signed, source_id: str) -> Response:
    return _source_page(visit, source_id)


@router.post("/{source_id}/test")
def test_sent(visit: Signed, source_id: str) -> Response:
    with visit.read() as session:
        stored = queries.connection_by_id(session, visit.actor.full_scope, source_id)
    visit.actor.require(Permission.REFRESH, stored.tenant_key)
    return _source_page(visit, source_id, result=result_of(try_stored(visit.runtime, stored)))


@router.post("/{source_id}/refresh")
def refresh_sent(visit: Signed, source_id: str) -> Response:
    with visit.write() as session:
        actions.ask_refresh(session, visit.actor.narrow(None), connection_id=source_id)
        name = queries.connection_by_id(session, visit.actor.full_scope, source_id).name
    visit.runtime.alarm("collect")
    return visit.go(f"/sources/{source_id}", f"{name} is being read now.")


@router.post("/{source_id}/active")
def active_sent(visit: Signed, source_id: str, form: Sent) -> Response:
    is_active = form.is_on("is_active")
    with visit.write() as session:
        actor = visit.actor.narrow(None)
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


@router.get("/{source_id}/edit")
def edit_page(visit: Signed, source_id: str) -> Response:
    stored = _managed(visit, source_id)
    values = shown(prefilled(stored, vault=visit.runtime.keys.vault))
    with visit.read() as session:
        return _form_page(visit, session, _edit_form(visit, stored, values))


@router.post("/{source_id}/edit")
def edit_sent(visit: Signed, source_id: str, form: Sent) -> Response:
    stored = _managed(visit, source_id)
    values = typed(form)
    tested: TestResult | None = None
    failed: LamisError | None = None
    try:
        draft = parse_draft(values)
        tested = try_draft(visit.runtime, visit.actor, draft, old=stored)
        if tested.is_ok and form.text("do") != "test":
            with visit.write() as session:
                actions.edit_connection(
                    session,
                    visit.actor.narrow(None),
                    source_id,
                    draft,
                    vault=visit.runtime.keys.vault,
                    tested=tested,
                    now=visit.now,
                )
            visit.runtime.alarm("collect")
            return visit.go(f"/sources/{source_id}", f"{draft.name} is saved and being read.")
    except (Invalid, Conflict) as error:
        failed = error
    with visit.read() as session:
        page = _edit_form(visit, stored, shown(values))
        return _form_page(visit, session, _with_answer(page, tested, failed), failed)


@router.get("/{source_id}/delete")
def delete_page(visit: Signed, source_id: str) -> Response:
    return _delete_page(visit, _managed(visit, source_id))


@router.post("/{source_id}/delete")
def delete_sent(visit: Signed, source_id: str, form: Sent) -> Response:
    stored = _managed(visit, source_id)
    word = form.text("erase").lower()
    if word and word != ERASE:
        return _delete_page(visit, stored, error=f"Type {ERASE} to erase the alerts, or leave it empty.")
    with visit.write() as session:
        removed = actions.remove_connection(
            session, visit.actor.narrow(None), source_id, erase=word == ERASE, now=visit.now
        )
    visit.runtime.alarm("act")
    kept = "its alerts are being erased" if removed.erase_task_id else "its alerts stay, labelled"
    return visit.go("/sources", f"{removed.name} is removed; {kept}.")


def _managed(visit: Visit, source_id: str) -> Connection:
    with visit.read() as session:
        stored = queries.connection_by_id(session, visit.actor.full_scope, source_id)
    visit.actor.require(Permission.MANAGE_CONNECTIONS, stored.tenant_key)
    return stored


def _row(visit: Visit, source: Source) -> SourceRow:
    return SourceRow(
        source=source,
        mark=_mark(source),
        last_good_at=_at(source.last_good_ms),
        newest_at=_at(source.newest_ms),
        lag_s=None if source.lag_ms is None else source.lag_ms / 1000,
        may_manage=visit.actor.may(Permission.MANAGE_CONNECTIONS, source.tenant_key),
        may_refresh=visit.actor.may(Permission.REFRESH, source.tenant_key),
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
            row=_row(visit, source),
            result=result,
            ledger=ledger,
            lines=ledger_lines(ledger, now_ms=to_ms(visit.now)),
            hours=LEDGER_HOURS,
            not_asked_before=_at(ledger.not_asked_before_ms),
            refresh_s=visit.runtime.settings.ui_refresh_s if result is None else None,
        )


def _delete_page(visit: Visit, stored: Connection, *, error: str = "") -> Response:
    with visit.read() as session:
        own = Filter(connection_ids=frozenset({stored.id}))
        count = alerts.count(session, visit.actor.full_scope, own)
        status = 422 if error else 200
        return visit.page(
            session, "sources/delete.html", room=ROOM, source=stored, count=count, error=error, status=status
        )


def _new_form(visit: Visit, session: Session, form: Form) -> SourceForm:
    choices = [
        (each.id, each.name)
        for each in tenants.tenants(session, visit.actor.full_scope)
        if visit.actor.may(Permission.MANAGE_CONNECTIONS, each.key)
    ]
    narrowed = visit.actor.narrowed_to
    current = tenants.tenant_by_key(session, visit.actor.full_scope, narrowed).id if narrowed else ""
    is_first = form.is_on("first") or visit.request.query_params.get("first") == "1"
    defaults = {"trust": "system", "poll_s": "10", "backfill": "24h"}
    return SourceForm(
        values=defaults if form is EMPTY else shown(typed(form)),
        action="/sources/add",
        tenants=choices,
        tenant_id=form.text("tenant") or current,
        is_first=is_first,
    )


def _edit_form(visit: Visit, stored: Connection, values: dict[str, str]) -> SourceForm:
    try:
        has_password, is_lost = bool(unseal(visit.runtime.keys.vault, stored.sealed).password), False
    except SecretUnreadable:
        has_password, is_lost = False, True
    return SourceForm(
        values=values,
        action=f"/sources/{stored.id}/edit",
        source_name=stored.name,
        source_id=stored.id,
        has_password=has_password,
        is_secret_lost=is_lost,
    )


def _with_answer(page: SourceForm, tested: TestResult | None, error: LamisError | None) -> SourceForm:
    message, name = wrong(error) if error else ("", "")
    return replace(page, result=result_of(tested) if tested else None, error=message, wrong_field=name)


def _add_again(
    visit: Visit, form: Form, *, tested: TestResult | None = None, error: LamisError | None = None
) -> Response:
    with visit.read() as session:
        return _form_page(visit, session, _with_answer(_new_form(visit, session, form), tested, error), error)


def _form_page(visit: Visit, session: Session, page: SourceForm, error: LamisError | None = None) -> Response:
    failed = page.result is not None and not page.result.is_ok
    status = status_of(error) if error else 422 if failed else 200
    return visit.page(session, "sources/form.html", room=ROOM, page=page, status=status)
