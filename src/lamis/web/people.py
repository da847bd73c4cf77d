"""The people pages: who is there, adding somebody, one person's roles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.address import is_https
from lamis.access.statuses import status_of
from lamis.base.errors import Conflict, Invalid, LamisError
from lamis.base.scope import Permission, Role, Scope
from lamis.people import actions, queries
from lamis.people.types import OneTimeLink
from lamis.tenants import queries as tenant_queries
from lamis.tenants.types import TenantInfo
from lamis.web.forms import EMPTY, Form
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/people")
ROLES = (
    (Role.VIEWER.value, "Viewer", "sees alerts and sources"),
    (Role.ANALYST.value, "Analyst", "also exports and refreshes"),
    (Role.ADMIN.value, "Admin", "also manages sources and members"),
)
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What was typed for a new person, and what is wrong with it."""

    name: str
    tenant_id: str
    role: str
    error: str = ""


@router.get("")
def people_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_MEMBERS)
    with visit.read() as session:
        visit = visit.narrowed(session)
        return visit.page(
            session,
            "people/list.html",
            room="people",
            people=queries.people(session, actions.managed_scope(visit.actor)),
            own_id=visit.actor.person_id,
        )


@router.get("/add")
def add_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_MEMBERS)
    with visit.read() as session:
        return _add_page(visit, session, EMPTY)


@router.post("/add")
def add_sent(visit: Signed, form: Sent) -> Response:
    try:
        with visit.write() as session:
            role, tenant = _role(form), _tenant(session, visit, form)
            link = actions.add_person(
                session,
                visit.actor,
                name=form.text("name"),
                tenant_key=tenant.key if tenant else None,
                role=role if tenant else None,
                is_operator=form.text("role") == OPERATOR,
                now=visit.now,
            )
    except (Invalid, Conflict) as error:
        with visit.read() as session:
            return _add_page(visit, session, form, error=error)
    return _link_page(visit, link, is_new=True)


@router.get("/{person_id}")
def person_page(visit: Signed, person_id: str) -> Response:
    visit.actor.require(Permission.MANAGE_MEMBERS)
    with visit.read() as session:
        person = queries.person_by_id(session, _managed(visit), person_id)
        taken = {seat.tenant_id for seat in person.seats}
        return visit.page(
            session,
            "people/person.html",
            room="people",
            person=person,
            roles=ROLES,
            is_self=person.id == visit.actor.person_id,
            free_tenants=_choices(each for each in _managed_tenants(session, visit) if each.id not in taken),
        )


@router.post("/{person_id}/roles")
def role_sent(visit: Signed, person_id: str, form: Sent) -> Response:
    with visit.write() as session:
        role, tenant = _role(form), _tenant(session, visit, form)
        if tenant is None or role is None:
            raise Invalid("Choose a tenant and a role.", field="tenant")
        person = queries.person_by_id(session, _managed(visit), person_id)
        actions.set_role(session, visit.actor, person_id, tenant_key=tenant.key, role=role, now=visit.now)
    return visit.go(f"/people/{person_id}", f"{person.name} is {role.value} of {tenant.name} now.")


@router.post("/{person_id}/roles/remove")
def role_removed(visit: Signed, person_id: str, form: Sent) -> Response:
    with visit.write() as session:
        tenant = tenant_queries.tenant_by_id(session, visit.actor.full_scope, form.text("tenant"))
        person = queries.person_by_id(session, _managed(visit), person_id)
        actions.remove_role(session, visit.actor, person_id, tenant_key=tenant.key, now=visit.now)
    is_still_seen = visit.actor.is_operator or len(person.seats) > 1
    target = f"/people/{person_id}" if is_still_seen else "/people"
    return visit.go(target, f"{person.name} no longer has a role in {tenant.name}.")


@router.post("/{person_id}/link")
def link_sent(visit: Signed, person_id: str) -> Response:
    with visit.write() as session:
        link = actions.renew_link(session, visit.actor, person_id, now=visit.now)
    return _link_page(visit, link, is_new=False)


@router.post("/{person_id}/operator")
def operator_sent(visit: Signed, person_id: str, form: Sent) -> Response:
    target = f"/people/{person_id}"
    with visit.write() as session:
        person = queries.person_by_id(session, _managed(visit), person_id)
        if form.is_on("is_operator"):
            actions.make_operator(session, visit.actor, person_id, now=visit.now)
            return visit.go(target, f"{person.name} is an operator now and sees every tenant.")
        actions.unmake_operator(session, visit.actor, person_id, now=visit.now)
    is_self = person_id == visit.actor.person_id
    return visit.go("/" if is_self else target, f"{person.name} is no longer an operator.")


@router.get("/{person_id}/remove")
def remove_page(visit: Signed, person_id: str) -> Response:
    visit.actor.require(Permission.MANAGE_PEOPLE)
    with visit.read() as session:
        person = queries.person_by_id(session, _managed(visit), person_id)
        return visit.page(session, "people/remove.html", room="people", person=person)


@router.post("/{person_id}/remove")
def remove_sent(visit: Signed, person_id: str) -> Response:
    with visit.write() as session:
        name = actions.remove_person(session, visit.actor, person_id, now=visit.now)
    return visit.go("/people", f"{name} is removed; every sign-in of theirs has ended.")


def _managed(visit: Visit) -> Scope:
    """Whom the visitor manages in every tenant of theirs: one person's page is not narrowed."""
    return actions.managed_scope(visit.actor.narrow(None))


def _managed_tenants(session: Session, visit: Visit) -> Sequence[TenantInfo]:
    return tenant_queries.tenants(session, _managed(visit))


def _choices(tenants: Iterable[TenantInfo]) -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in tenants]


def _role(form: Form) -> Role | None:
    sent = form.text("role")
    if sent in ("", OPERATOR):
        return None
    try:
        return Role(sent)
    except ValueError as error:
        raise Invalid("Choose viewer, analyst or admin.", field="role") from error


def _tenant(session: Session, visit: Visit, form: Form) -> TenantInfo | None:
    """The tenant chosen; an operator-to-be and somebody without a role have none."""
    if form.text("role") in ("", OPERATOR) or not form.text("tenant"):
        return None
    return tenant_queries.tenant_by_id(session, visit.actor.full_scope, form.text("tenant"))


def _add_page(visit: Visit, session: Session, form: Form, *, error: LamisError | None = None) -> Response:
    tenants = _managed_tenants(session, visit)
    shown = tenants[0].id if len(tenants) == 1 else ""
    shown = next((each.id for each in tenants if each.key == visit.actor.narrowed_to), shown)
    page = NewPerson(
        name=form.text("name"),
        tenant_id=form.text("tenant") if error else shown,
        role=form.text("role") or Role.VIEWER.value,
        error=error.message if error else "",
    )
    status = status_of(error) if error else 200
    return visit.page(
        session,
        "people/add.html",
        room="people",
        status=status,
        page=page,
        tenants=_choices(tenants),
        roles=ROLES,
    )


def _link_page(visit: Visit, link: OneTimeLink, *, is_new: bool) -> Response:
    """The only time the link is shown, so it is this answer and no redirect."""
    scheme = "https" if is_https(visit.request, visit.runtime.settings) else "http"
    url = f"{scheme}://{visit.request.url.netloc}/password/{link.token}"
    with visit.read() as session:
        return visit.page(session, "people/link.html", room="people", link=link, url=url, is_new=is_new)
