"""`/api/v2/people`: who signs in, and their roles."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from lamis.api.dependencies import Run, Signed
from lamis.base.clock import iso, utc_now
from lamis.base.errors import NotAllowed
from lamis.base.scope import Actor, Permission, Role
from lamis.people import actions, queries
from lamis.people.types import OneTimeLink, PersonInfo
from lamis.tenants import queries as tenants

router = APIRouter(prefix="/people", tags=["people"])


class SeatOut(BaseModel):
    tenant: str
    tenant_id: str
    role: Role


class PersonOut(BaseModel):
    """A person; `roles` holds only tenants you may see."""

    id: str
    name: str
    is_operator: bool
    has_password: bool
    created_at: str
    seen_at: str | None
    roles: list[SeatOut]


class People(BaseModel):
    people: list[PersonOut]


class Link(BaseModel):
    """A one-time link to choose a password; it is shown once. `path` is below LAMIS' own address."""

    person_id: str
    name: str
    path: str
    expires_at: str


class NewPerson(BaseModel):
    """`tenant` (an id) and `role` go together."""

    model_config = ConfigDict(extra="forbid")

    name: str
    tenant: str | None = None
    role: Role | None = None
    is_operator: bool = False


class NewRole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role


class PersonChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    is_operator: bool


def shown(person: PersonInfo) -> PersonOut:
    return PersonOut(
        id=person.id,
        name=person.name,
        is_operator=person.is_operator,
        has_password=person.has_password,
        created_at=iso(person.created_at),
        seen_at=None if person.seen_at is None else iso(person.seen_at),
        roles=[SeatOut(tenant=s.tenant_name, tenant_id=s.tenant_id, role=s.role) for s in person.seats],
    )


def _link(link: OneTimeLink) -> Link:
    return Link(
        person_id=link.person_id,
        name=link.name,
        path=f"/password/{link.token}",
        expires_at=iso(link.expires_at),
    )


def _manager(actor: Actor) -> Actor:
    if not actor.is_operator and not actor.may(Permission.MANAGE_MEMBERS):
        raise NotAllowed("You may not see people; ask an admin of your tenant or an operator.")
    return actor


def _one(session: Session, actor: Actor, person_id: str) -> PersonOut:
    return shown(queries.person_by_id(session, actions.managed_scope(actor), person_id))


@router.get("")
def list_people(caller: Signed, runtime: Run) -> People:
    """The people of the tenants you are admin of; everybody for an operator."""
    scope = actions.managed_scope(_manager(caller.actor))
    with runtime.database.read() as session:
        return People(people=[shown(person) for person in queries.people(session, scope)])


@router.post("", status_code=201)
def add_person(caller: Signed, runtime: Run, new: NewPerson) -> Link:
    """Add a person; the answer holds the link with which they choose a password."""
    actor = _manager(caller.actor)
    with runtime.database.write() as session:
        key = tenants.tenant_by_id(session, actor.full_scope, new.tenant).key if new.tenant else None
        link = actions.add_person(
            session,
            actor,
            name=new.name,
            tenant_key=key,
            role=new.role,
            is_operator=new.is_operator,
            now=utc_now(),
        )
    return _link(link)


@router.get("/{person_id}")
def one_person(caller: Signed, runtime: Run, person_id: str) -> PersonOut:
    actor = _manager(caller.actor)
    with runtime.database.read() as session:
        return _one(session, actor, person_id)


@router.patch("/{person_id}")
def change_person(caller: Signed, runtime: Run, person_id: str, change: PersonChange) -> PersonOut:
    """Make a person an operator, or take that away; never from the last one."""
    act = actions.make_operator if change.is_operator else actions.unmake_operator
    with runtime.database.write() as session:
        _one(session, _manager(caller.actor), person_id)
        act(session, caller.actor, person_id, now=utc_now())
        return _one(session, caller.actor, person_id)


@router.delete("/{person_id}", status_code=204)
def remove_person(caller: Signed, runtime: Run, person_id: str) -> None:
    """Remove a person; sign-ins, tokens and roles end at once."""
    with runtime.database.write() as session:
        _one(session, _manager(caller.actor), person_id)
        actions.remove_person(session, caller.actor, person_id, now=utc_now())


@router.post("/{person_id}/link", status_code=201)
def renew_link(caller: Signed, runtime: Run, person_id: str) -> Link:
    """A new one-time link; older ones end."""
    with runtime.database.write() as session:
        return _link(actions.renew_link(session, _manager(caller.actor), person_id, now=utc_now()))


@router.put("/{person_id}/roles/{tenant_id}")
def set_role(caller: Signed, runtime: Run, person_id: str, tenant_id: str, new: NewRole) -> PersonOut:
    """Give a person a role in a tenant, in place of the one before."""
    with runtime.database.write() as session:
        key = _tenant_key(session, caller.actor, tenant_id)
        actions.set_role(session, caller.actor, person_id, tenant_key=key, role=new.role, now=utc_now())
        return _one(session, caller.actor, person_id)


@router.delete("/{person_id}/roles/{tenant_id}", status_code=204)
def remove_role(caller: Signed, runtime: Run, person_id: str, tenant_id: str) -> None:
    """Take a person's role in a tenant away."""
    now: datetime = utc_now()
    with runtime.database.write() as session:
        key = _tenant_key(session, caller.actor, tenant_id)
        actions.remove_role(session, caller.actor, person_id, tenant_key=key, now=now)


def _tenant_key(session: Session, actor: Actor, tenant_id: str) -> int:
    return tenants.tenant_by_id(session, actor.full_scope, tenant_id).key
