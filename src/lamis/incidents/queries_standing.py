"""What ingest reads: the newest incident of each fingerprint of a page, in one statement."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lamis.alerts.models import Alert
from lamis.base.scope import Scope
from lamis.incidents.models import Incident
from lamis.incidents.rules import Standing
from lamis.incidents.types import State

EVIDENCE_KEPT = 10
_COLUMNS = tuple(getattr(Incident, name) for name in Standing.__struct_fields__)


def newest_of(
    session: Session, scope: Scope, tenant_key: int, fingerprints: Collection[str]
) -> dict[str, Standing]:
    """The newest incident of each fingerprint, closed or not, locked in the order of keys."""
    if not fingerprints or not scope.holds(tenant_key):
        return {}
    newest = (
        select(func.max(Incident.key))
        .where(Incident.tenant_key == tenant_key, Incident.fingerprint.in_(sorted(fingerprints)))
        .group_by(Incident.fingerprint)
    )
    query = select(*_COLUMNS).where(Incident.key.in_(newest)).order_by(Incident.key).with_for_update()
    return {row.fingerprint: Standing(*row) for row in session.execute(query)}


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
