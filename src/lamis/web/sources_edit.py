"""Adding, editing and removing a source; each is tested before it is saved."""

from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from lamis.access.statuses import status_of
from lamis.access.trials import tenant_for, try_draft
from lamis.alerts import queries as alerts
from lamis.alerts.types import Filter
from lamis.base.errors import Conflict, Invalid, LamisError, NotFound
from lamis.base.scope import Permission
from lamis.base.secrets import SecretUnreadable
from lamis.connections import actions, queries
from lamis.connections.drafts import parse_draft
from lamis.connections.endpoints import unseal
from lamis.connections.models import Connection
from lamis.connections.prefill import prefilled
from lamis.connections.types import TestResult
from lamis.tenants import queries as tenants
from lamis.web.forms import EMPTY, Form
from lamis.web.kept import Keeper
from lamis.web.sources import ROOM, source_row
from lamis.web.sources_form import DEFAULTS, SECRET_FIELDS, SourceForm, result_of, shown, typed, wrong
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
    tested: TestResult | None = None
    failed: LamisError | None = None
    try:
        with visit.read() as session:
            tenant = tenant_for(session, visit.actor, form.text("tenant") or None)
        visit.actor.require(Permission.MANAGE_CONNECTIONS, tenant.key)
        draft = parse_draft(values)
        tested = try_draft(visit.runtime, visit.actor, draft)
        if tested.is_ok and form.text("do") != "test":
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
            visit.runtime.alarm("collect")
            said = f"{connection.name} is connected; its newest alerts come first."
            return visit.go("/" if form.is_on("first") else f"/sources/{connection.id}", said)
    except (Invalid, Conflict, NotFound) as error:
        failed = error
    with visit.read() as session:
        page = _new_form(visit, session, form, shown(values))
        return _form_page(visit, session, _with_answer(visit, page, values, tested, failed), failed)


@router.get("/{source_id}/edit")
def edit_page(visit: Signed, source_id: str) -> Response:
    stored = _managed(visit, source_id)
    values = shown(prefilled(stored, vault=visit.runtime.keys.vault))
    with visit.read() as session:
        return _form_page(visit, session, _edit_form(visit, session, stored, values))


@router.post("/{source_id}/edit")
def edit_sent(visit: Signed, source_id: str, form: Sent) -> Response:
    stored = _managed(visit, source_id)
    values = _typed(visit, form)
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
        page = _edit_form(visit, session, stored, shown(values))
        return _form_page(visit, session, _with_answer(visit, page, values, tested, failed), failed)


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


def _keeper(visit: Visit) -> Keeper:
    return Keeper(visit.runtime.keys.vault, visit.actor.person_id, visit.now)


def _typed(visit: Visit, form: Form) -> dict[str, str]:
    """What was typed; secrets left blank are those that the form kept from the try before."""
    values = typed(form)
    kept = _keeper(visit).open(form.text("kept"))
    return values | {name: kept.get(name, "") for name in SECRET_FIELDS if not values[name]}


def _new_form(visit: Visit, session: Session, form: Form, values: dict[str, str]) -> SourceForm:
    choices = [
        (each.id, each.name)
        for each in tenants.tenants(session, visit.actor.full_scope)
        if visit.actor.may(Permission.MANAGE_CONNECTIONS, each.key)
    ]
    narrowed = visit.actor.narrowed_to
    current = tenants.tenant_by_key(session, visit.actor.full_scope, narrowed).id if narrowed else ""
    return SourceForm(
        values=values,
        action="/sources/add",
        tenants=choices,
        tenant_id=form.text("tenant") or current,
        is_first=form.is_on("first") or visit.request.query_params.get("first") == "1",
    )


def _edit_form(visit: Visit, session: Session, stored: Connection, values: dict[str, str]) -> SourceForm:
    try:
        has_password, is_lost = bool(unseal(visit.runtime.keys.vault, stored.sealed).password), False
    except SecretUnreadable:
        has_password, is_lost = False, True
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


def _with_answer(
    visit: Visit,
    page: SourceForm,
    values: dict[str, str],
    tested: TestResult | None,
    error: LamisError | None,
) -> SourceForm:
    message, name = wrong(error) if error else ("", "")
    return replace(
        page,
        result=result_of(tested, now=visit.now) if tested else None,
        error=message,
        wrong_field=name,
        kept=_keeper(visit).seal({name: values[name] for name in SECRET_FIELDS}),
        kept_names=frozenset(name for name in SECRET_FIELDS if values[name]),
    )


def _form_page(visit: Visit, session: Session, page: SourceForm, error: LamisError | None = None) -> Response:
    failed = page.result is not None and not page.result.is_ok
    status = status_of(error) if error else 422 if failed else 200
    return visit.page(session, "sources/form.html", room=ROOM, page=page, status=status)
