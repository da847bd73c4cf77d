"""Adding, editing and removing a firewall; each is tested before it is saved."""

from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from lamis.access.firewalls import stored_values
from lamis.access.statuses import status_of
from lamis.access.trials import tenant_for, try_draft
from lamis.base.errors import Conflict, Invalid, LamisError, NotFound
from lamis.base.scope import Permission
from lamis.base.secrets import SecretUnreadable
from lamis.connections import actions, queries, queries_firewalls
from lamis.connections.drafts import parse_draft
from lamis.connections.endpoints import unseal
from lamis.connections.models import Connection
from lamis.connections.types import TestResult
from lamis.tenants import queries as tenants
from lamis.web.firewalls import ROOM, blocks_at, firewall_row
from lamis.web.firewalls_form import DEFAULTS, SECRET, FirewallForm, result_of, typed
from lamis.web.forms import EMPTY, Form
from lamis.web.kept import Keeper
from lamis.web.sources_form import shown, wrong
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/firewalls")
_TRIAL = "test"


@router.get("/add")
def add_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    with visit.read() as session:
        return _form_page(visit, session, _new_form(visit, session, EMPTY, DEFAULTS))


@router.post("/add")
def add_sent(visit: Signed, form: Sent) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    values = _typed(visit, form)
    is_trial = form.text("do") == _TRIAL
    tested: TestResult | None = None
    failed: LamisError | None = None
    try:
        with visit.read() as session:
            tenant = tenant_for(session, visit.actor, form.text("tenant") or None)
        visit.actor.require(Permission.MANAGE_CONNECTIONS, tenant.key)
        draft = parse_draft(values)
        tested = try_draft(visit.runtime, visit.actor, draft, is_trial=is_trial)
        if tested.is_ok and not is_trial:
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
            visit.runtime.alarm("act")
            return visit.go(f"/firewalls/{connection.id}", _saved(connection.name, tested, "is connected"))
    except (Invalid, Conflict, NotFound) as error:
        failed = error
    with visit.read() as session:
        page = _new_form(visit, session, form, values)
        return _form_page(visit, session, _with_answer(visit, page, values, tested, failed), failed)


@router.get("/{firewall_id}/edit")
def edit_page(visit: Signed, firewall_id: str) -> Response:
    stored = _managed(visit, firewall_id)
    with visit.read() as session:
        return _form_page(visit, session, _edit_form(visit, session, stored))


@router.post("/{firewall_id}/edit")
def edit_sent(visit: Signed, firewall_id: str, form: Sent) -> Response:
    stored = _managed(visit, firewall_id)
    values = _typed(visit, form)
    is_trial = form.text("do") == _TRIAL
    tested: TestResult | None = None
    failed: LamisError | None = None
    try:
        draft = parse_draft(values)
        tested = try_draft(visit.runtime, visit.actor, draft, old=stored, is_trial=is_trial)
        if tested.is_ok and not is_trial:
            with visit.write() as session:
                actions.edit_connection(
                    session,
                    visit.actor.narrow(None),
                    firewall_id,
                    draft,
                    vault=visit.runtime.keys.vault,
                    tested=tested,
                    now=visit.now,
                )
            visit.runtime.alarm("act")
            return visit.go(f"/firewalls/{firewall_id}", _saved(draft.name, tested, "is saved"))
    except (Invalid, Conflict) as error:
        failed = error
    with visit.read() as session:
        page = _edit_form(visit, session, stored, values)
        return _form_page(visit, session, _with_answer(visit, page, values, tested, failed), failed)


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


def _saved(name: str, tested: TestResult, what: str) -> str:
    made = tested.details.get("made")
    told = " ".join(map(str, made)) if isinstance(made, list | tuple) else ""
    return f"{name} {what}; its test passed. {told}".strip()


def _keeper(visit: Visit) -> Keeper:
    return Keeper(visit.runtime.keys.vault, visit.actor.person_id, visit.now)


def _typed(visit: Visit, form: Form) -> dict[str, str]:
    """What was typed; a secret left blank is the one that the form kept from the try before."""
    values = typed(form)
    if not values[SECRET]:
        values[SECRET] = _keeper(visit).open(form.text("kept")).get(SECRET, "")
    return values


def _new_form(visit: Visit, session: Session, form: Form, values: dict[str, str]) -> FirewallForm:
    choices = [
        (each.id, each.name)
        for each in tenants.tenants(session, visit.actor.full_scope)
        if visit.actor.may(Permission.MANAGE_CONNECTIONS, each.key)
    ]
    narrowed = visit.actor.narrowed_to
    current = tenants.tenant_by_key(session, visit.actor.full_scope, narrowed).id if narrowed else ""
    return FirewallForm(
        values=shown(values),
        action="/firewalls/add",
        may_create=bool(values.get("may_create")),
        tenants=choices,
        tenant_id=form.text("tenant") or current,
    )


def _edit_form(
    visit: Visit, session: Session, stored: Connection, values: dict[str, str] | None = None
) -> FirewallForm:
    try:
        has_password, is_lost = bool(unseal(visit.runtime.keys.vault, stored.sealed).password), False
    except SecretUnreadable:
        has_password, is_lost = False, True
    kept = stored_values(visit.runtime, stored)
    found = queries_firewalls.firewalls(session, visit.actor.scope, now=visit.now)
    return FirewallForm(
        values=shown(kept if values is None else values),
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


def _with_answer(
    visit: Visit,
    page: FirewallForm,
    values: dict[str, str],
    tested: TestResult | None,
    error: LamisError | None,
) -> FirewallForm:
    message, name = wrong(error) if error else ("", "")
    is_pair = len(values["urls"].split()) > 1
    return replace(
        page,
        result=result_of(tested, may_create=page.may_create, is_pair=is_pair) if tested else None,
        error=message,
        wrong_field=name,
        kept=_keeper(visit).seal({SECRET: values[SECRET]}),
    )


def _form_page(
    visit: Visit, session: Session, page: FirewallForm, error: LamisError | None = None
) -> Response:
    failed = page.result is not None and not page.result.is_ok
    status = status_of(error) if error else 422 if failed else 200
    return visit.page(session, "firewalls/form.html", room=ROOM, page=page, status=status)
