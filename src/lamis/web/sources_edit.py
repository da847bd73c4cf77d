"""Adding, editing and removing a source; each is tested before it is saved."""

from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from lamis.alerts import queries as alerts
from lamis.alerts.types import Filter
from lamis.base.scope import Permission
from lamis.connections import actions, queries
from lamis.connections.models import Connection
from lamis.connections.prefill import prefilled
from lamis.web import connections_edit
from lamis.web.connections_edit import Outcome
from lamis.web.connections_form import SECRETS, wrong
from lamis.web.form_pages import kept_secrets, tenant_choice, with_error
from lamis.web.forms import EMPTY, Form, shown
from lamis.web.sources import ROOM, source_row
from lamis.web.sources_form import DEFAULTS, SourceForm, result_of, typed
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/sources")
ERASE = "erase"


@router.get("/add")
def add_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    with visit.read() as session:
        return _form_page(visit, session, _new_form(visit, session, EMPTY, DEFAULTS))


@router.post("/add")
def add_sent(visit: Signed, form: Sent) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    values = _typed(visit, form)
    outcome = connections_edit.add(visit, form, values)
    if outcome.saved is not None:
        visit.runtime.alarm("collect")
        said = f"{outcome.saved.name} is connected; its newest alerts come first."
        return visit.go("/" if form.is_on("first") else f"/sources/{outcome.saved.id}", said)
    with visit.read() as session:
        page = _new_form(visit, session, form, shown(values, secrets=SECRETS))
        return _form_page(visit, session, _with_outcome(visit, page, values, outcome), outcome.status)


@router.get("/{source_id}/edit")
def edit_page(visit: Signed, source_id: str) -> Response:
    stored = _managed(visit, source_id)
    values = shown(prefilled(stored, vault=visit.runtime.keys.vault), secrets=SECRETS)
    with visit.read() as session:
        return _form_page(visit, session, _edit_form(visit, session, stored, values))


@router.post("/{source_id}/edit")
def edit_sent(visit: Signed, source_id: str, form: Sent) -> Response:
    stored = _managed(visit, source_id)
    values = _typed(visit, form)
    outcome = connections_edit.edit(visit, stored, form, values)
    if outcome.saved is not None:
        visit.runtime.alarm("collect")
        return visit.go(f"/sources/{source_id}", f"{outcome.saved.name} is saved and being read.")
    with visit.read() as session:
        page = _edit_form(visit, session, stored, shown(values, secrets=SECRETS))
        return _form_page(visit, session, _with_outcome(visit, page, values, outcome), outcome.status)


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


@router.get("/new")
def new_page(visit: Signed) -> Response:
    """Another word for the same thing, for whoever types addresses."""
    return RedirectResponse("/sources/add", 303)


def _managed(visit: Visit, source_id: str) -> Connection:
    with visit.read() as session:
        stored = queries.source_row(session, visit.actor.full_scope, source_id)
    visit.actor.require(Permission.MANAGE_CONNECTIONS, stored.tenant_key)
    return stored


def _delete_page(visit: Visit, stored: Connection, *, error: str = "") -> Response:
    with visit.read() as session:
        own = Filter(connection_ids=frozenset({stored.id}))
        count = alerts.count(session, visit.actor.full_scope, own)
        status = 422 if error else 200
        return visit.page(
            session, "sources/delete.html", room=ROOM, source=stored, count=count, error=error, status=status
        )


def _typed(visit: Visit, form: Form) -> dict[str, str]:
    """What was typed; secrets left blank are those that the form kept from the try before."""
    values = typed(form)
    return values | kept_secrets(visit, form, values, SECRETS)


def _new_form(visit: Visit, session: Session, form: Form, values: dict[str, str]) -> SourceForm:
    choices, chosen = tenant_choice(visit, session, form, Permission.MANAGE_CONNECTIONS)
    return SourceForm(
        values=values,
        action="/sources/add",
        tenants=choices,
        tenant_id=chosen,
        is_first=form.is_on("first") or visit.request.query_params.get("first") == "1",
    )


def _edit_form(visit: Visit, session: Session, stored: Connection, values: dict[str, str]) -> SourceForm:
    has_password, is_lost = connections_edit.stored_secret(visit, stored)
    found = queries.sources(session, visit.actor.scope, now=visit.now)
    return SourceForm(
        values=values,
        action=f"/sources/{stored.id}/edit",
        source_name=stored.name,
        source_id=stored.id,
        has_password=has_password,
        is_secret_lost=is_lost,
        listed=[(row.source.id, row.source.name, row.mark, row.source.health.word.value)
                for row in (source_row(visit, each) for each in found)],
    )  # fmt: skip


def _with_outcome(visit: Visit, page: SourceForm, values: dict[str, str], outcome: Outcome) -> SourceForm:
    tested = outcome.tested
    page = replace(page, result=result_of(tested, now=visit.now) if tested else None)
    error, wrong_field = wrong(outcome.error)
    secrets = {name: values[name] for name in SECRETS}
    return with_error(visit, page, secrets, error=error, wrong_field=wrong_field)


def _form_page(visit: Visit, session: Session, page: SourceForm, status: int = 200) -> Response:
    return visit.page(session, "sources/form.html", room=ROOM, page=page, status=status)
