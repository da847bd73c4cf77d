"""Reading incidents: lists and one of them, with names in place of keys."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lamis.alerts.types import Severity
from lamis.base.clock import from_ms, iso_ms, to_ms
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import Scope
from lamis.incidents.models import Incident, IncidentHappening
from lamis.incidents.types import (
    Happening,
    IncidentDetail,
    IncidentFilter,
    IncidentNews,
    IncidentRow,
    IncidentsPage,
    Kind,
    State,
)
from lamis.people.models import Person
from lamis.storage.within import Scoped, within
from lamis.tenants.models import Tenant
from lamis.tenants.queries import is_called

MOST_NEWS = 500
_NO_SUCH = "There is no such incident."
_SYSTEM = "system"


def page(
    session: Session,
    scope: Scope,
    wanted: IncidentFilter,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> IncidentsPage:
    """The `limit` incidents that were opened last, or those after `cursor`, the `next` of the page before.

    Raises Invalid for a cursor that is none.
    """
    query = _matching(scope, wanted)
    if cursor is not None:
        opened_ms, key = _place_of(cursor)
        query = query.where(
            or_(Incident.opened_ms < opened_ms, and_(Incident.opened_ms == opened_ms, Incident.key < key))
        )
    query = query.order_by(Incident.opened_ms.desc(), Incident.key.desc()).limit(limit + 1)
    found = session.scalars(query).all()
    shown = found[:limit]
    more = f"{shown[-1].opened_ms:x}.{shown[-1].key:x}" if len(found) > limit else None
    return IncidentsPage(_rows(session, shown, now=now), more)


def incidents_by_ids(
    session: Session, scope: Scope, ids: Collection[str], *, now: datetime
) -> Sequence[IncidentRow]:
    """Some incidents, newest first; those that are gone or foreign are left out."""
    query = select(Incident).where(Incident.id.in_(ids), within(scope, Incident.tenant_key))
    return _rows(session, session.scalars(query.order_by(Incident.key.desc())).all(), now=now)


def count(session: Session, scope: Scope, wanted: IncidentFilter) -> int:
    """How many incidents match."""
    query = _matching(scope, wanted).with_only_columns(func.count(Incident.key))
    return session.scalars(query).one()


def waiting_counts(session: Session, scope: Scope) -> dict[Severity, int]:
    """How many incidents wait for people, open or acknowledged, by severity."""
    found = {Severity(severity): n for severity, n in session.execute(*_WAITING.of(scope))}
    return {severity: found.get(severity, 0) for severity in Severity}


_WAITING = Scoped(
    select(Incident.severity, func.count(Incident.key))
    .where(or_(Incident.state == State.OPEN.value, Incident.state == State.ACKNOWLEDGED.value))
    .group_by(Incident.severity),
    Incident.tenant_key,
)


def incident_row(session: Session, scope: Scope, public_id: str, *, is_locked: bool = False) -> Incident:
    """The row of one incident, for this room's actions. Raises NotFound, for a foreign one too."""
    query = select(Incident).where(Incident.id == public_id)
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None or not scope.holds(row.tenant_key):
        raise NotFound(_NO_SUCH)
    return row


def incident_by_id(session: Session, scope: Scope, public_id: str, *, now: datetime) -> IncidentDetail:
    """One incident with its history. Raises NotFound, for a foreign one too."""
    return _detail(session, incident_row(session, scope, public_id), now=now)


def incident_by_number(session: Session, scope: Scope, number: int, *, now: datetime) -> IncidentDetail:
    """The incident people call by that number. Raises NotFound, for a foreign one too."""
    row = session.get(Incident, number)
    if row is None or not scope.holds(row.tenant_key):
        raise NotFound(_NO_SUCH)
    return _detail(session, row, now=now)


def closed_by(session: Session, scope: Scope, row: Incident) -> str:
    """The name of who closed an incident last."""
    query = select(IncidentHappening.actor_id).where(
        IncidentHappening.incident_key == row.key, IncidentHappening.kind == Kind.CLOSED
    )
    found = session.scalars(query.order_by(IncidentHappening.key.desc()).limit(1)).one_or_none()
    if found is None or not scope.holds(row.tenant_key):
        return "somebody"
    return _named({found}, session)[found]


def follower(session: Session, scope: Scope, row: Incident) -> int | None:
    """The number of the newest incident of like alerts after this one; None where it is the newest."""
    query = select(func.max(Incident.key)).where(
        Incident.tenant_key == row.tenant_key,
        Incident.fingerprint == row.fingerprint,
        Incident.key > row.key,
    )
    return session.scalars(query).one() if scope.holds(row.tenant_key) else None


def changed(
    session: Session,
    scope: Scope,
    wanted: IncidentFilter,
    since: Mapping[int, int],
    *,
    now: datetime,
    most: int = MOST_NEWS,
    among: Collection[str] | None = None,
) -> IncidentNews:
    """Incidents that match but for their state and changed after a journal number of their tenant.

    The state is left aside: who sees open ones must be told that one was closed. Tenants that `since` does
    not name are not looked at; of incidents only those `among` these ids, where it is given.
    """
    moved = [
        and_(Incident.tenant_key == tenant, Incident.journal_number > number)
        for tenant, number in sorted(since.items())
        if scope.holds(tenant)
    ]
    if not moved or (among is not None and not among):
        return IncidentNews()
    anyhow = IncidentFilter(
        severities=wanted.severities,
        tenant_ids=wanted.tenant_ids,
        text=wanted.text,
        number=wanted.number,
    )
    query = _matching(scope, anyhow).where(or_(*moved))
    if among is not None:
        query = query.where(Incident.id.in_(sorted(among)))
    query = query.order_by(Incident.journal_number, Incident.key).limit(most + 1)
    found = session.scalars(query).all()
    if len(found) > most:
        return IncidentNews((), len(found))
    return IncidentNews(_rows(session, found, now=now), len(found))


def _matching(scope: Scope, wanted: IncidentFilter) -> Select[Incident]:
    query = select(Incident)
    query = query.where(within(scope, Incident.tenant_key))
    if wanted.states and len(wanted.states) < len(State):
        query = query.where(Incident.state.in_(sorted(wanted.states)))
    if wanted.severities and len(wanted.severities) < len(Severity):
        query = query.where(Incident.severity.in_(sorted(int(each) for each in wanted.severities)))
    if wanted.tenant_ids:
        called = select(Tenant.key).where(is_called(wanted.tenant_ids))
        query = query.where(Incident.tenant_key.in_(called))
    for word in (wanted.text or "").lower().split():
        query = query.where(func.lower(Incident.title).contains(word, autoescape=True))
    if wanted.number is not None:
        query = query.where(Incident.key == wanted.number)
    if wanted.assignee_id is not None:
        mine = Incident.assignee_id == wanted.assignee_id
        query = query.where(mine if wanted.assignee_id else Incident.assignee_id.is_(None))
    return query


def _place_of(cursor: str) -> tuple[int, int]:
    try:
        opened_ms, _, key = cursor.partition(".")
        place = int(opened_ms, 16), int(key, 16)
    except ValueError:
        place = (-1, -1)
    if not all(0 <= each < 1 << 62 for each in place):
        raise Invalid("The cursor is not one of ours; start again without it.", field="cursor")
    return place


def _rows(session: Session, found: Sequence[Incident], *, now: datetime) -> list[IncidentRow]:
    tenants = {
        key: (name, public_id)
        for key, name, public_id in session.execute(
            select(Tenant.key, Tenant.name, Tenant.id).where(
                Tenant.key.in_(sorted({row.tenant_key for row in found}))
            )
        )
    }
    names = _named({row.assignee_id for row in found if row.assignee_id is not None}, session)
    return [_row(row, tenants[row.tenant_key], names, now_ms=to_ms(now)) for row in found]


def _row(row: Incident, owner: tuple[str, str], names: Mapping[str, str], *, now_ms: int) -> IncidentRow:
    severity = Severity(row.severity)
    is_muted = row.muted_until_ms is not None and row.muted_until_ms > now_ms
    return IncidentRow(
        id=row.id,
        number=row.number,
        title=row.title,
        severity=int(severity),
        severity_name=severity.word,
        state=row.state,
        count=row.count,
        first_seen=iso_ms(row.first_ms),
        last_seen=iso_ms(row.last_ms),
        opened_at=iso_ms(row.opened_ms),
        tenant=owner[0],
        tenant_id=owner[1],
        rule=row.rule,
        device=row.device,
        source_address=row.source_address,
        assignee=None if row.assignee_id is None else names[row.assignee_id],
        assignee_id=row.assignee_id,
        verdict=row.verdict,
        closed_at=None if row.closed_ms is None else iso_ms(row.closed_ms),
        muted_until=iso_ms(row.muted_until_ms) if is_muted and row.muted_until_ms is not None else None,
    )


def _detail(session: Session, row: Incident, *, now: datetime) -> IncidentDetail:
    after = select(Incident).where(Incident.previous_key == row.key).order_by(Incident.key).limit(1)
    before = None if row.previous_key is None else session.get(Incident, row.previous_key)
    linked = [each for each in (before, session.scalars(after).one_or_none()) if each is not None]
    # A like incident is of the same tenant, so whoever sees one sees the others.
    shown = {each.id: each for each in _rows(session, [row, *linked], now=now)}
    by_key = {each.key: shown[each.id] for each in linked}
    return IncidentDetail(
        key=row.key,
        tenant_key=row.tenant_key,
        row=shown[row.id],
        happenings=_happenings(session, row),
        previous=None if before is None else by_key[before.key],
        next=next((by_key[each.key] for each in linked if each.previous_key == row.key), None),
        expired=row.expired,
    )


def _happenings(session: Session, row: Incident) -> list[Happening]:
    query = select(IncidentHappening).where(IncidentHappening.incident_key == row.key)
    found = session.scalars(query.order_by(IncidentHappening.key)).all()
    people = {each.actor_id for each in found}
    people |= {each.detail for each in found if each.kind == Kind.ASSIGNED and each.detail}
    names = _named(people, session)
    return [
        Happening(
            at=from_ms(each.at_ms),
            kind=each.kind,
            actor=names[each.actor_id],
            text=each.text,
            detail=names.get(each.detail, each.detail) if each.kind == Kind.ASSIGNED else each.detail,
        )
        for each in found
    ]


def _named(people: set[str], session: Session) -> dict[str, str]:
    """The name of each person; the system's is LAMIS."""
    if not people:
        return {}
    query = select(Person.id, Person.name).where(Person.id.in_(sorted(people)))
    known = {_SYSTEM: "LAMIS"} | {row.id: row.name for row in session.execute(query)}
    return {person: known.get(person, "somebody removed") for person in people}
