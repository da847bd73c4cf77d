"""What notifications tell of incidents."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from lamis.alerts.types import Severity
from lamis.base.scope import Scope
from lamis.connections.models import Connection
from lamis.delivery.types import IncidentFacts
from lamis.incidents.models import Incident


def facts(
    session: Session, scope: Scope, tenant_key: int, incident_ids: Collection[str]
) -> dict[str, IncidentFacts]:
    """The incidents of one tenant as they are now, by public id; unknown ones are left out."""
    if not incident_ids or not scope.holds(tenant_key):
        return {}
    query = select(Incident).where(Incident.tenant_key == tenant_key, Incident.id.in_(incident_ids))
    return {row.id: _facts(row) for row in session.scalars(query)}


def connected_ms(
    session: Session, scope: Scope, tenant_key: int, connection_ids: Collection[str]
) -> dict[str, int]:
    """When each source that sent alerts of one tenant was connected, by public id.

    A shared source is the provider's and its alerts others': its age is no secret of anybody.
    """
    if not connection_ids or not scope.holds(tenant_key):
        return {}
    query = select(Connection.id, Connection.created_ms).where(Connection.id.in_(connection_ids))
    return {row.id: row.created_ms for row in session.execute(query)}


def _facts(row: Incident) -> IncidentFacts:
    return IncidentFacts(
        id=row.id,
        severity=Severity(row.severity),
        number=row.number,
        title=row.title,
        state=row.state,
        rule=row.rule,
        device=row.device,
        source_address=row.source_address,
        count=row.count,
        first_ms=row.first_ms,
        last_ms=row.last_ms,
        muted_until_ms=row.muted_until_ms,
    )
