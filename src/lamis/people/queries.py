"""Reading people, their roles, sign-ins and links."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from lamis.base.clock import from_ms, to_ms
from lamis.base.errors import NotFound
from lamis.base.names import folded
from lamis.base.scope import Actor, Role, Scope
from lamis.people.models import FailedSignIn, Membership, PasswordLink, Person, WebSession
from lamis.people.types import PersonInfo, Seat, SessionInfo
from lamis.storage.within import within
from lamis.tenants.models import Tenant


def anybody_exists(session: Session) -> bool:
    """Whether the first person was ever made; a removed one counts."""
    return session.scalar(select(Person.id).limit(1)) is not None


def operator_count(session: Session) -> int:
    """How many people run the installation now."""
    query = select(func.count()).select_from(Person).where(Person.is_operator, Person.removed_ms.is_(None))
    return session.scalars(query).one()


def person_named(session: Session, name: str) -> Person | None:
    """The row of the living person with that name, whatever its case, for doors that sign in."""
    return session.scalars(select(Person).where(Person.name_folded == folded(name))).one_or_none()


def person_row(session: Session, scope: Scope, person_id: str) -> Person:
    """The row of a living person in scope, for this room's actions. Raises NotFound."""
    row = session.scalars(_living(scope).where(Person.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such person.")
    return row


def actor_of(session: Session, person_id: str) -> Actor | None:
    """Who that person is now, with the roles in tenants that are not archived; None once removed."""
    found = session.execute(_ACTOR, {"person_id": person_id}).all()
    if not found:
        return None
    name, is_operator, _, _ = found[0]
    roles = {key: Role(role) for _, _, key, role in found if key is not None}
    return Actor(person_id=person_id, name=name, is_operator=is_operator, roles=roles)


# Every request asks for these two; making a statement costs more than running it.
_ACTOR = (
    select(Person.name, Person.is_operator, Tenant.key, Membership.role)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .outerjoin(Tenant, and_(Tenant.key == Membership.tenant_key, Tenant.archived_ms.is_(None)))
    .where(Person.id == bindparam("person_id"), Person.removed_ms.is_(None))
    .order_by(Tenant.name_folded)
)
_SESSIONS = select(
    WebSession.id,
    WebSession.person_id,
    WebSession.csrf,
    WebSession.created_ms,
    WebSession.seen_ms,
    WebSession.expires_ms,
    WebSession.address,
    WebSession.agent,
    WebSession.tenant_key,
)
_SESSION = _SESSIONS.where(
    WebSession.digest == bindparam("digest"), WebSession.expires_ms > bindparam("now_ms")
)


def token_epoch(session: Session, person_id: str) -> int | None:
    """The number that a person's tokens must carry; None once removed."""
    row = session.get(Person, person_id)
    return None if row is None or row.removed_ms is not None else row.token_epoch


def people(session: Session, scope: Scope) -> list[PersonInfo]:
    """The people in scope by name: everybody for an operator, else those with a role in its tenants."""
    return _described(session, scope, session.scalars(_living(scope).order_by(Person.name_folded)).all())


def person_by_id(session: Session, scope: Scope, person_id: str) -> PersonInfo:
    """One person in scope. Raises NotFound."""
    return _described(session, scope, [person_row(session, scope, person_id)])[0]


def member_counts(session: Session, scope: Scope) -> dict[int, int]:
    """How many people have a role in each tenant of the scope, by its key."""
    query = select(Membership.tenant_key, func.count().label("people")).group_by(Membership.tenant_key)
    query = query.where(within(scope, Membership.tenant_key))
    return {row.tenant_key: row.people for row in session.execute(query)}


def membership(session: Session, scope: Scope, person_id: str, tenant_key: int) -> Membership | None:
    """A person's role in a tenant of the scope."""
    if not scope.holds(tenant_key):
        return None
    return session.get(Membership, (person_id, tenant_key))


def tenant_keys_of(session: Session, person_id: str) -> frozenset[int]:
    """Every tenant the person has a role in, archived ones too."""
    return frozenset(session.scalars(select(Membership.tenant_key).where(Membership.person_id == person_id)))


def live_session(session: Session, digest: str, *, now: datetime) -> WebSession | None:
    """The session of that cookie digest, unless it ended."""
    row = session.get(WebSession, digest)
    return None if row is None or row.expires_ms <= to_ms(now) else row


def session_of(session: Session, digest: str, *, now: datetime) -> SessionInfo | None:
    """What is known of the session of that cookie digest, unless it ended."""
    row = session.execute(_SESSION, {"digest": digest, "now_ms": to_ms(now)}).one_or_none()
    return None if row is None else _session_info(row)


def sessions_of(session: Session, person_id: str, *, now: datetime) -> list[SessionInfo]:
    """The person's signed-in browsers, the latest used first."""
    query = _SESSIONS.where(WebSession.person_id == person_id, WebSession.expires_ms > to_ms(now))
    query = query.order_by(WebSession.seen_ms.desc())
    return [_session_info(row) for row in session.execute(query)]


def own_session(session: Session, person_id: str, session_id: str) -> WebSession:
    """One session of that person. Raises NotFound."""
    query = select(WebSession).where(WebSession.person_id == person_id, WebSession.id == session_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("There is no such sign-in; it may have ended already.")
    return row


def usable_link(session: Session, digest: str, *, now: datetime) -> PasswordLink | None:
    """The link of that digest while it is unused, in time, and its person is there."""
    row = session.get(PasswordLink, digest)
    if row is None or row.used_ms is not None or row.expires_ms <= to_ms(now):
        return None
    person = session.get(Person, row.person_id)
    return row if person is not None and person.removed_ms is None else None


def name_of(session: Session, person_id: str) -> str | None:
    """A person's name, also once removed: for labels."""
    return session.scalar(select(Person.name).where(Person.id == person_id))


def failed_tries(session: Session, subjects: Iterable[str]) -> dict[str, FailedSignIn]:
    """What is counted against these subjects."""
    rows = session.scalars(select(FailedSignIn).where(FailedSignIn.subject.in_(list(subjects))))
    return {row.subject: row for row in rows}


def _session_info(row: Row[str, str, str, int, int, int, str, str, int | None]) -> SessionInfo:
    return SessionInfo(
        id=row.id,
        person_id=row.person_id,
        csrf=row.csrf,
        created_at=from_ms(row.created_ms),
        seen_at=from_ms(row.seen_ms),
        expires_at=from_ms(row.expires_ms),
        address=row.address,
        agent=row.agent,
        tenant_key=row.tenant_key,
    )


def _living(scope: Scope) -> Select[Person]:
    query = select(Person).where(Person.removed_ms.is_(None))
    if scope.tenant_keys is None:
        return query
    members = select(Membership.person_id).where(Membership.tenant_key.in_(scope.tenant_keys))
    return query.where(Person.id.in_(members))


def _seats(session: Session, scope: Scope, person_ids: Iterable[str]) -> dict[str, list[Seat]]:
    query = (
        select(Membership.person_id, Tenant.key, Tenant.id, Tenant.name, Membership.role)
        .join(Tenant, Tenant.key == Membership.tenant_key)
        .where(Membership.person_id.in_(list(person_ids)), Tenant.archived_ms.is_(None))
        .order_by(Tenant.name_folded)
    )
    query = query.where(within(scope, Tenant.key))
    seats: dict[str, list[Seat]] = defaultdict(list)
    for person_id, key, tenant_id, name, role in session.execute(query):
        seats[person_id].append(Seat(key, tenant_id, name, Role(role)))
    return seats


def _described(session: Session, scope: Scope, rows: Iterable[Person]) -> list[PersonInfo]:
    rows = list(rows)
    ids = [row.id for row in rows]
    seats = _seats(session, scope, ids)
    last_seen = select(WebSession.person_id, func.max(WebSession.seen_ms)).where(
        WebSession.person_id.in_(ids)
    )
    seen = {row[0]: row[1] for row in session.execute(last_seen.group_by(WebSession.person_id))}
    return [
        PersonInfo(
            id=row.id,
            name=row.name,
            is_operator=row.is_operator,
            has_password=row.password_hash is not None,
            created_at=from_ms(row.created_ms),
            seen_at=from_ms(seen[row.id]) if row.id in seen else None,
            seats=tuple(seats.get(row.id, ())),
        )
        for row in rows
    ]
