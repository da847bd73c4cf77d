"""Adding, editing and removing a firewall; each is tested before it is saved."""

from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from lamis.access.firewalls import stored_values
from lamis.base.scope import Permission
from lamis.connections import actions, queries, queries_firewalls
from lamis.connections.models import Connection
from lamis.web import connections_edit
from lamis.web.connections_edit import Outcome
from lamis.web.connections_form import wrong
from lamis.web.firewalls import ROOM, blocks_at, firewall_row
from lamis.web.firewalls_form import DEFAULTS, FirewallForm, result_of, typed
from lamis.web.form_pages import kept_secrets, tenant_choice, with_error
from lamis.web.forms import EMPTY, Form, shown
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/firewalls")
_SECRETS = ("password",)


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
        visit.runtime.alarm("act")
        return visit.go(f"/firewalls/{outcome.saved.id}", _said(outcome.saved, outcome, "is connected"))
    with visit.read() as session:
        page = _new_form(visit, session, form, values)
        return _form_page(visit, session, _with_outcome(visit, page, values, outcome), outcome.status)


@router.get("/{firewall_id}/edit")
def edit_page(visit: Signed, firewall_id: str) -> Response:
    stored = _managed(visit, firewall_id)
    with visit.read() as session:
        return _form_page(visit, session, _edit_form(visit, session, stored))


@router.post("/{firewall_id}/edit")
def edit_sent(visit: Signed, firewall_id: str, form: Sent) -> Response:
    stored = _managed(visit, firewall_id)
    values = _typed(visit, form)
    outcome = connections_edit.edit(visit, stored, form, values)
    if outcome.saved is not None:
        visit.runtime.alarm("act")
        return visit.go(f"/firewalls/{firewall_id}", _said(outcome.saved, outcome, "is saved"))
    with visit.read() as session:
        page = _edit_form(visit, session, stored, values)
        return _form_page(visit, session, _with_outcome(visit, page, values, outcome), outcome.status)


@router.get("/{firewall_id}/delete")
def delete_page(visit: Signed, firewall_id: str) -> Response:
    _managed(visit, firewall_id)
    with visit.read() as session:
        scope = visit.actor.full_scope
        firewall = queries_firewalls.firewall_by_id(session, scope, firewall_id, now=visit.now)
        blocks = blocks_at(session, visit, firewall.id)
        return visit.page(session, "firewalls/delete.html", room=ROOM, firewall=firewall, blocks=blocks)


@router.post("/{firewall_id}/delete")
def delete_sent(visit: Signed, firewall_id: str) -> Response:
    _managed(visit, firewall_id)
    with visit.write() as session:
        removed = actions.remove_connection(session, visit.actor.narrow(None), firewall_id, now=visit.now)
    visit.runtime.alarm("act")
    return visit.go("/firewalls", f"{removed.name} is removed; what it drops stays there as it is.")


@router.get("/new")
def new_page(visit: Signed) -> Response:
    """Another word for the same thing, for whoever types addresses."""
    return RedirectResponse("/firewalls/add", 303)


def _managed(visit: Visit, firewall_id: str) -> Connection:
    with visit.read() as session:
        stored = queries.firewall_row(session, visit.actor.full_scope, firewall_id)
    visit.actor.require(Permission.MANAGE_CONNECTIONS, stored.tenant_key)
    return stored


def _said(saved: Connection, outcome: Outcome, what: str) -> str:
    made = outcome.tested.details.get("made") if outcome.tested else None
    told = " ".join(map(str, made)) if isinstance(made, list | tuple) else ""
    return f"{saved.name} {what}; its test passed. {told}".strip()


def _typed(visit: Visit, form: Form) -> dict[str, str]:
    """What was typed; a secret left blank is the one that the form kept from the try before."""
    values = typed(form)
    return values | kept_secrets(visit, form, values, _SECRETS)


def _new_form(visit: Visit, session: Session, form: Form, values: dict[str, str]) -> FirewallForm:
    choices, chosen = tenant_choice(visit, session, form, Permission.MANAGE_CONNECTIONS)
    return FirewallForm(
        values=shown(values, secrets=_SECRETS),
        action="/firewalls/add",
        may_create=bool(values.get("may_create")),
        tenants=choices,
        tenant_id=chosen,
    )


def _edit_form(
    visit: Visit, session: Session, stored: Connection, values: dict[str, str] | None = None
) -> FirewallForm:
    has_password, is_lost = connections_edit.stored_secret(visit, stored)
    kept = stored_values(visit.runtime, stored)
    found = queries_firewalls.firewalls(session, visit.actor.scope, now=visit.now)
    return FirewallForm(
        values=shown(kept if values is None else values, secrets=_SECRETS),
        action=f"/firewalls/{stored.id}/edit",
        may_create=bool((kept if values is None else values)["may_create"]),
        firewall_name=stored.name,
        firewall_id=stored.id,
        old_alias=str(kept["alias"]),
        has_password=has_password,
        is_secret_lost=is_lost,
        listed=[(row.firewall.id, row.firewall.name, row.mark, row.firewall.health.word.value)
                for row in (firewall_row(visit, each) for each in found)],
    )  # fmt: skip


def _with_outcome(visit: Visit, page: FirewallForm, values: dict[str, str], outcome: Outcome) -> FirewallForm:
    tested, is_pair = outcome.tested, len(values["urls"].split()) > 1
    result = result_of(tested, may_create=page.may_create, is_pair=is_pair) if tested else None
    error, wrong_field = wrong(outcome.error)
    secrets = {name: values[name] for name in _SECRETS}
    return with_error(visit, replace(page, result=result), secrets, error=error, wrong_field=wrong_field)


def _form_page(visit: Visit, session: Session, page: FirewallForm, status: int = 200) -> Response:
    return visit.page(session, "firewalls/form.html", room=ROOM, page=page, status=status)
