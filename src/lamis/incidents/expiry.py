"""Letting alerts go: those of incidents are counted as gone, and waiting incidents keep some evidence."""

from collections.abc import Collection, Mapping
from functools import partial

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session

from lamis.alerts import expiry as alerts
from lamis.alerts.expiry import Expired
from lamis.alerts.types import TextOf
from lamis.base.scope import EVERYTHING
from lamis.incidents.models import Incident, IncidentHappening
from lamis.incidents.queries_standing import emptied

FORGOTTEN_AT_ONCE = 500
_TABLE = Incident.metadata.tables[Incident.__tablename__]
_GONE = (
    update(_TABLE).where(_TABLE.c.key == bindparam("at")).values(expired=_TABLE.c.expired + bindparam("n"))
)


def expire(
    session: Session,
    tenant_key: int,
    before_ms: int,
    limit: int,
    *,
    text_of: TextOf,
    kept: Collection[int] = (),
    behind: int = -1,
) -> Expired:
    """Delete alerts as `alerts.expiry.expire` does, but for those whose keys are `kept`."""
    return alerts.expire(
        session,
        tenant_key,
        before_ms,
        limit,
        text_of=text_of,
        behind=behind,
        kept=kept,
        leaving=partial(_leave, session),
    )


def erase_connection(session: Session, connection_key: int, limit: int, *, text_of: TextOf) -> int:
    """Delete alerts as `alerts.expiry.erase_connection` does, evidence of waiting incidents too."""
    leaving = partial(_leave, session)
    return alerts.erase_connection(session, connection_key, limit, text_of=text_of, leaving=leaving)


def forget_emptied(session: Session, tenant_key: int, *, before_ms: int) -> int:
    """Delete some incidents that were closed before a time and have no alert left, with their history."""
    keys = emptied(session, EVERYTHING, tenant_key, before_ms=before_ms, limit=FORGOTTEN_AT_ONCE)
    if keys:
        session.execute(update(Incident).where(Incident.previous_key.in_(keys)).values(previous_key=None))
        session.execute(delete(IncidentHappening).where(IncidentHappening.incident_key.in_(keys)))
        session.execute(delete(Incident).where(Incident.key.in_(keys)))
    return len(keys)


def _leave(session: Session, gone: Mapping[int, int]) -> None:
    """Count alerts that are about to go; the rows are locked in the order of their keys."""
    if gone:
        rows = [{"at": key, "n": n} for key, n in sorted(gone.items())]
        session.connection().execute(_GONE, rows)
