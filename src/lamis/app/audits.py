"""The audit of sources: the completeness ledger beside the stored rows, counted one by one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamis.alerts.queries import recount
from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING
from lamis.connections import queries
from lamis.connections.ledger import Ledger
from lamis.connections.models import Connection
from lamis.connections.queries_balance import kept_since
from lamis.connections.shown import ledger_values
from lamis.connections.types import HIGHEST, LOWEST
from lamis.storage.runtime import Runtime
from lamis.tenants.queries import tenant_by_key


@dataclass(frozen=True, slots=True)
class Audit:
    """A source's ledger, and what its stored rows say: `here` and `refused` ones.

    `lost` documents were seen stored and have no row any more, within the days that alerts are kept.
    """

    name: str
    ledger: Ledger
    here: int
    refused: int
    lost: int

    @property
    def is_short(self) -> bool:
        """Whether documents are missing, or were stored and are not here any more."""
        return bool(self.ledger.missing or self.lost)

    @property
    def completeness(self) -> float | None:
        whole = self.ledger.completeness
        return whole and max(0.0, whole - self.lost / max(1, self.ledger.there))

    @property
    def warning(self) -> str:
        """What was found beyond the ledger, with the cure; empty where rows and ledger agree."""
        if not self.lost:
            return ""
        what = "1 document that was" if self.lost == 1 else f"{self.lost:,} documents that were"
        return (
            f"{self.name} is not complete: {what} stored here cannot be found any more; LAMIS did not delete "
            "them. Have the hours read again, on the page of the source or by API (reread): what the source "
            "still holds comes back."
        )


def audit_sources(runtime: Runtime, name: str | None = None, *, hours: int, now: datetime) -> list[Audit]:
    """Audit every active source, or the one of that name or id; lines go `hours` back. Raises NotFound."""
    with runtime.database.read() as session:
        chosen = (
            queries.refreshable(session, EVERYTHING, None)
            if name is None
            else [queries.connection_named(session, EVERYTHING, name)]
        )
        return [_audit(session, runtime, source, hours=hours, now=now) for source in chosen]


def audit_values(audit: Audit) -> dict[str, object]:
    """An audit as JSON: the ledger's values, what was recounted, and the verdict of both."""
    values = ledger_values(audit.ledger)
    return {
        "name": audit.name,
        "recounted": {"here": audit.here, "refused": audit.refused},
        "lost": audit.lost,
        **values,
        "completeness": audit.completeness,
        "is_complete": audit.ledger.is_complete and not audit.lost,
    }


def _audit(session: Session, runtime: Runtime, source: Connection, *, hours: int, now: datetime) -> Audit:
    # The ledger first: what is stored between both only adds to the rows.
    ledger = queries.ledger(session, EVERYTHING, source.id, hours=hours, now=now)
    tenant = tenant_by_key(session, EVERYTHING, source.tenant_key)
    days = timedelta(days=tenant.retention_days or runtime.settings.retention_days)
    kept = kept_since(session, EVERYTHING, source.id, since_ms=to_ms(now - days))
    young = recount(session, EVERYTHING, source.key, kept.from_ms, HIGHEST)
    dated = recount(session, EVERYTHING, source.key, LOWEST, HIGHEST)
    undated = recount(session, EVERYTHING, source.key, None, None)
    # A document that cannot be read has a time at its source only: its row is one without.
    timeless = undated.here + undated.refused
    timeless -= sum(line.here + line.refused for line in ledger.lines if line.undated)
    return Audit(
        source.name,
        ledger,
        here=dated.here + undated.here,
        refused=dated.refused + undated.refused,
        lost=max(0, kept.number - young.here - young.refused - max(0, timeless)),
    )
