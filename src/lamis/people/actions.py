"""Making, changing and removing people, their roles and passwords."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lamis.base.ids import new_id
from lamis.base.names import folded, tidy
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Permission, Role, Scope
from lamis.journal.actions import SYSTEM_STREAM, record, tenant_stream
from lamis.people import queries, rules
from lamis.people.digests import digest, new_token
from lamis.people.models import Membership, PasswordLink, Person
from lamis.people.passwords import hash_password
from lamis.people.sign_ins import end_sessions
from lamis.people.types import LINK_LIFE, OneTimeLink
from lamis.storage.dialects import alone


def managed_scope(actor: Actor) -> Scope:
    """The people page's view: everything for an operator, else the tenants the actor is admin of.

    The tenant switch narrows it.
    """
    if actor.is_operator:
        return actor.scope
    keys = [key for key in actor.roles if actor.may(Permission.MANAGE_MEMBERS, key)]
    return Scope(frozenset(key for key in keys if actor.scope.holds(key)))


def create_first_operator(session: Session, *, name: str, password: str, now: datetime) -> str:
    """Make the first person of an installation and return the id.

    Raises Conflict once anybody exists; of many at once one makes it.
    """
    alone(session, "people")
    if queries.anybody_exists(session):
        raise Conflict("LAMIS is set up already; sign in instead.")
    return create_operator(session, name=name, password=password, now=now)


def create_operator(session: Session, *, name: str, password: str, now: datetime) -> str:
    """Make an operator with a password, for the installation's own command line; returns the id."""
    name = _free_name(session, name)
    if reason := rules.why_not_a_password(password, name=name):
        raise Invalid(reason, field="password")
    person = _new_person(session, name, is_operator=True, now=now)
    person.password_hash = hash_password(password)
    _journal(session, SYSTEM, "operator created", person, now=now)
    return person.id


def add_person(
    session: Session,
    actor: Actor,
    *,
    name: str,
    tenant_key: int | None = None,
    role: Role | None = None,
    is_operator: bool = False,
    now: datetime,
) -> OneTimeLink:
    """Add a person and return the link with which they choose a password.

    A tenant's admin adds members of that tenant; only an operator adds people without one, or operators.
    Raises Invalid, Conflict for a name that exists, NotAllowed.
    """
    if is_operator or tenant_key is None or role is None:
        actor.require(Permission.MANAGE_PEOPLE)
    else:
        actor.require(Permission.MANAGE_MEMBERS, tenant_key)
    person = _new_person(session, _free_name(session, name), is_operator=is_operator, now=now)
    link = _new_link(session, actor, person, now=now)
    _journal(session, actor, "person added", person, now=now)
    if tenant_key is not None and role is not None:
        _seat(session, actor, person, tenant_key=tenant_key, role=role, now=now)
    return link


def renew_link(session: Session, actor: Actor, person_id: str, *, now: datetime) -> OneTimeLink:
    """A new link to choose a password; older ones end, the present password works until it is used.

    An admin may do this only for people whose every role is in tenants of that admin: a link is as
    good as the password.
    """
    person = _managed_person(session, actor, person_id)
    if not _is_wholly_managed(session, actor, person):
        raise NotAllowed(f"{person.name} also belongs elsewhere; ask an operator for the link.")
    session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id))
    link = _new_link(session, actor, person, now=now)
    _journal(session, actor, "password link made", person, now=now)
    return link


def set_password_by_link(session: Session, token: str, *, password: str, now: datetime) -> str:
    """Set the password with a one-time link, end every sign-in, and return the person's id.

    Raises NotFound for a link that is unknown, used or too old, Invalid for the password.
    """
    alone(session, "people")
    link = queries.usable_link(session, digest(token), now=now)
    person = None if link is None else session.get(Person, link.person_id)
    if link is None or person is None:
        raise NotFound("This link was used already or is too old; ask for a new one.")
    _set_password(session, person, password, keep_session=None, now=now)
    link.used_ms = to_ms(now)
    _end_links(session, person)
    _journal(session, _as_actor(person), "password set by link", person, now=now)
    return person.id


def change_own_password(
    session: Session, actor: Actor, *, password: str, keep_session: str | None, now: datetime
) -> None:
    """Change the actor's password; every other sign-in and every token ends.

    The door has checked the present password (`access.sign_in.check_password`) just before.
    `keep_session` is the id of the session that goes on.
    """
    person = queries.person_row(session, EVERYTHING, actor.person_id)
    _set_password(session, person, password, keep_session=keep_session, now=now)
    _end_links(session, person)
    _journal(session, actor, "password changed", person, now=now)


def reset_password(session: Session, name: str, *, password: str, now: datetime) -> None:
    """Set a person's password from the installation's own command line; every sign-in ends."""
    person = queries.person_named(session, name)
    if person is None:
        raise NotFound(f"There is nobody named {tidy(name)}.")
    _set_password(session, person, password, keep_session=None, now=now)
    _end_links(session, person)
    _journal(session, SYSTEM, "password reset", person, now=now)


def set_role(
    session: Session, actor: Actor, person_id: str, *, tenant_key: int, role: Role, now: datetime
) -> None:
    """Give a person that role in that tenant, in place of the one before."""
    actor.require(Permission.MANAGE_MEMBERS, tenant_key)
    person = _managed_person(session, actor, person_id)
    _refuse_self(actor, person)
    _seat(session, actor, person, tenant_key=tenant_key, role=role, now=now)


def remove_role(session: Session, actor: Actor, person_id: str, *, tenant_key: int, now: datetime) -> None:
    """Take a person's role in a tenant away; from the next request on they no longer see it."""
    actor.require(Permission.MANAGE_MEMBERS, tenant_key)
    person = _managed_person(session, actor, person_id)
    _refuse_self(actor, person)
    seat = queries.membership(session, EVERYTHING, person.id, tenant_key)
    if seat is None:
        raise NotFound(f"{person.name} has no role there; it may have been taken away already.")
    role = Role(seat.role)
    session.delete(seat)
    _journal_seat(session, actor, "role taken away", person, tenant_key, role=role, now=now)


def remove_person(session: Session, actor: Actor, person_id: str, *, now: datetime) -> str:
    """Remove a person: sign-ins, links, roles and tokens end, the name is free; returns the name.

    The row stays for the journal. Raises Conflict for the last operator and for oneself.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    alone(session, "people")
    person = queries.person_row(session, EVERYTHING, person_id)
    if person.id == actor.person_id:
        raise Conflict("You cannot remove yourself; ask another operator.")
    _keep_one_operator(session, person)
    end_sessions(session, person.id)
    session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id))
    session.execute(delete(Membership).where(Membership.person_id == person.id))
    person.removed_ms = to_ms(now)
    person.name_folded = f" {person.id}"  # no name begins with a space, so the old one is free
    person.password_hash = None
    person.is_operator = False
    person.token_epoch += 1
    _journal(session, actor, "person removed", person, now=now)
    return person.name


def make_operator(session: Session, actor: Actor, person_id: str, *, now: datetime) -> None:
    """Let a person run the installation and see every tenant."""
    actor.require(Permission.MANAGE_PEOPLE)
    person = queries.person_row(session, EVERYTHING, person_id)
    if not person.is_operator:
        person.is_operator = True
        _end_links_of_others(session, actor, person)
        _journal(session, actor, "operator made", person, now=now)


def unmake_operator(session: Session, actor: Actor, person_id: str, *, now: datetime) -> None:
    """Leave a person only the roles in tenants. Raises Conflict for the last operator."""
    actor.require(Permission.MANAGE_PEOPLE)
    alone(session, "people")
    person = queries.person_row(session, EVERYTHING, person_id)
    if person.is_operator:
        _keep_one_operator(session, person)
        person.is_operator = False
        _journal(session, actor, "operator unmade", person, now=now)


def _free_name(session: Session, name: str) -> str:
    name = tidy(name)
    if reason := rules.why_not_a_name(name):
        raise Invalid(reason, field="name")
    alone(session, "people")
    if queries.person_named(session, name) is not None:
        raise Conflict(f"There is a person named {name} already; an operator can give them a role here.")
    return name


def _new_person(session: Session, name: str, *, is_operator: bool, now: datetime) -> Person:
    person = Person(
        id=new_id(),
        name=name,
        name_folded=folded(name),
        is_operator=is_operator,
        created_ms=to_ms(now),
        token_epoch=0,
    )
    session.add(person)
    session.flush()
    return person


def _new_link(session: Session, actor: Actor, person: Person, *, now: datetime) -> OneTimeLink:
    token = new_token()
    expires_at = now + LINK_LIFE
    session.execute(delete(PasswordLink).where(PasswordLink.expires_ms <= to_ms(now)))
    session.add(
        PasswordLink(
            digest=digest(token),
            person_id=person.id,
            made_by=actor.person_id,
            expires_ms=to_ms(expires_at),
        )
    )
    return OneTimeLink(person_id=person.id, name=person.name, token=token, expires_at=expires_at)


def _end_links_of_others(session: Session, actor: Actor, person: Person) -> None:
    """Whoever kept a link from before must not come to what the person may do from now on."""
    ended = delete(PasswordLink).where(PasswordLink.person_id == person.id)
    session.execute(ended.where(PasswordLink.made_by != actor.person_id))


def _end_links(session: Session, person: Person) -> None:
    """A new password, set because somebody else may know the old one, must leave no way around it."""
    session.flush()
    ended = delete(PasswordLink).where(PasswordLink.person_id == person.id, PasswordLink.used_ms.is_(None))
    session.execute(ended)


def _set_password(
    session: Session, person: Person, password: str, *, keep_session: str | None, now: datetime
) -> None:
    if reason := rules.why_not_a_password(password, name=person.name):
        raise Invalid(reason, field="password")
    person.password_hash = hash_password(password)
    person.token_epoch += 1
    end_sessions(session, person.id, keep=keep_session)


def _seat(
    session: Session, actor: Actor, person: Person, *, tenant_key: int, role: Role, now: datetime
) -> None:
    seat = queries.membership(session, EVERYTHING, person.id, tenant_key)
    if seat is None:
        _end_links_of_others(session, actor, person)
        session.add(Membership(person_id=person.id, tenant_key=tenant_key, role=role.value))
    elif seat.role == role.value:
        return
    else:
        seat.role = role.value
    _journal_seat(session, actor, "role given", person, tenant_key, role=role, now=now)


def _managed_person(session: Session, actor: Actor, person_id: str) -> Person:
    """The person, if they have a role in a tenant that the actor manages. Raises NotFound."""
    return queries.person_row(session, managed_scope(actor.narrow(None)), person_id)


def _is_wholly_managed(session: Session, actor: Actor, person: Person) -> bool:
    if actor.is_operator:
        return True
    managed = managed_scope(actor.narrow(None))
    return not person.is_operator and all(
        managed.holds(key) for key in queries.tenant_keys_of(session, person.id)
    )


def _refuse_self(actor: Actor, person: Person) -> None:
    if person.id == actor.person_id and not actor.is_operator:
        raise NotAllowed("You cannot change your own role; ask another admin or an operator.")


def _keep_one_operator(session: Session, person: Person) -> None:
    if person.is_operator and queries.operator_count(session) == 1:
        raise Conflict(f"{person.name} is the last operator; make somebody else an operator first.")


def _as_actor(person: Person) -> Actor:
    return Actor(person_id=person.id, name=person.name)


def _journal(session: Session, actor: Actor, kind: str, person: Person, *, now: datetime) -> None:
    session.flush()
    record(session, SYSTEM_STREAM, kind=kind, actor=actor.person_id, subject={"person": person.id}, now=now)


def _journal_seat(
    session: Session, actor: Actor, kind: str, person: Person, tenant_key: int, *, role: Role, now: datetime
) -> None:
    session.flush()
    record(
        session,
        tenant_stream(tenant_key),
        kind=kind,
        actor=actor.person_id,
        subject={"person": person.id, "role": role.value},
        now=now,
    )
