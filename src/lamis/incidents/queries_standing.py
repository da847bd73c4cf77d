"""What ingest reads: the newest incident of each fingerprint of a page, in one statement."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lamis.alerts.models import Alert
from lamis.base.scope import Scope
from lamis.incidents.models import Incident
from lamis.incidents.rules import Standing, finding_fingerprint
from lamis.incidents.types import State
from lamis.storage.within import within

EVIDENCE_KEPT = 10
_TABLE = Incident.metadata.tables[Incident.__tablename__]
_NEWEST_KEYS = (
    select(func.max(_TABLE.c.key))
    .where(
        _TABLE.c.tenant_key == bindparam("tenant"),
        _TABLE.c.fingerprint.in_(bindparam("prints", expanding=True)),
    )
    .group_by(_TABLE.c.fingerprint)
)
# Made once: each page of alerts asks it.
_NEWEST = (
    select(*(_TABLE.c[name] for name in Standing.__struct_fields__))
    .where(_TABLE.c.key.in_(_NEWEST_KEYS))
    .order_by(_TABLE.c.key)
    .with_for_update()
)


def newest_of(
    session: Session, scope: Scope, tenant_key: int, fingerprints: Collection[str]
) -> dict[str, Standing]:
    """The newest incident of each fingerprint, closed or not, locked in the order of keys."""
    if not fingerprints or not scope.holds(tenant_key):
        return {}
    given = {"tenant": tenant_key, "prints": list(fingerprints)}
    rows = session.connection().execute(_NEWEST, given)
    return {standing.fingerprint: standing for standing in (Standing(*row) for row in rows)}


def waiting_finding(
    session: Session, scope: Scope, tenant_key: int, *, rule: str, connection_key: int
) -> str | None:
    """The id of the incident that waits because of findings of a kind about a source."""
    query = select(Incident.id).where(
        Incident.tenant_key == tenant_key,
        Incident.fingerprint == finding_fingerprint(rule, connection_key),
        Incident.state != State.CLOSED,
    )
    return session.scalars(query).one_or_none() if scope.holds(tenant_key) else None


def evidence_kept(session: Session, scope: Scope, tenant_key: int, *, before_ms: int) -> frozenset[int]:
    """The keys of the first and last alerts of incidents that wait for people and began before a time."""
    if not scope.holds(tenant_key):
        return frozenset()
    waiting = select(Incident.key).where(
        Incident.tenant_key == tenant_key, Incident.state != State.CLOSED, Incident.first_ms < before_ms
    )
    found: set[int] = set()
    for key in session.scalars(waiting.order_by(Incident.key)).all():
        for order in (Alert.key.asc(), Alert.key.desc()):
            alerts = select(Alert.key).where(Alert.incident_key == key).order_by(order).limit(EVIDENCE_KEPT)
            found.update(session.scalars(alerts))
    return frozenset(found)


def emptied(session: Session, scope: Scope, tenant_key: int, *, before_ms: int, limit: int) -> Sequence[int]:
    """The keys of some incidents that were closed before a time and have no alert left."""
    if not scope.holds(tenant_key):
        return ()
    query = select(Incident.key).where(
        Incident.tenant_key == tenant_key,
        Incident.state == State.CLOSED,
        Incident.closed_ms < before_ms,
        Incident.expired >= Incident.count,
    )
    return session.scalars(query.order_by(Incident.key).limit(limit)).all()


def miscounted(session: Session, scope: Scope, *, limit: int = 20) -> list[tuple[int, int, int]]:
    """Incidents whose count is not what is there and what is gone: (number, counted, found); none is right.

    It counts every alert of every incident, for `lamis doctor` and tests.
    """
    there = (
        select(Alert.incident_key, func.count().label("n"))
        .where(Alert.incident_key.is_not(None))
        .group_by(Alert.incident_key)
        .subquery()
    )
    found = func.coalesce(there.c.n, 0) + Incident.expired
    query = select(Incident.key, Incident.count, found).outerjoin(there, there.c.incident_key == Incident.key)
    query = query.where(within(scope, Incident.tenant_key))
    query = query.where(Incident.count != found).order_by(Incident.key).limit(limit)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
