"""Whether the deployment that answers is still the one whose alerts are stored."""

from dataclasses import dataclass

from lamis.alerts import queries_sources
from lamis.base.clock import DAY_MS, HOUR_MS
from lamis.base.scope import EVERYTHING
from lamis.connections.models import Connection
from lamis.connections.types import AlertSource, Identity
from lamis.storage.engine import Database

EVERY_MS = HOUR_MS
_BACK_MS = (0, 2 * DAY_MS, 9 * DAY_MS)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the look found: the identity to keep, or the sentence why it is in doubt."""

    identity: Identity
    doubt: str | None = None


def is_due(connection: Connection, *, now_ms: int) -> bool:
    return now_ms - connection.identity_checked_ms >= EVERY_MS


def look(database: Database, connection: Connection, source: AlertSource) -> Finding:
    """Ask who answers and compare. A new certificate alone is no doubt while stored documents are there.

    The UUID decides where both are readable; else the fingerprint, and the ids of the newest 20 stored
    documents and of older ones, which must not all be gone while the source holds others. Older ones
    count because an index, the newest too, may be deleted there. Raises ConnectorError.
    """
    found = source.identify()
    if connection.cluster_uuid and found.cluster_uuid:
        if found.cluster_uuid == connection.cluster_uuid:
            return Finding(found)
        return Finding(found, _doubt(connection, "its cluster UUID changed"))
    kept = Identity(
        cluster_uuid=found.cluster_uuid or connection.cluster_uuid,
        fingerprint=found.fingerprint or connection.identity_fingerprint,
    )
    if connection.cluster_uuid is None and connection.identity_fingerprint is None:
        return Finding(kept)
    with database.read() as session:
        samples = [
            queries_sources.newest_origins(session, EVERYTHING, connection.key, before_ms=before_ms)
            for before_ms in (None, *(_newest_day_ms(connection) - back_ms for back_ms in _BACK_MS))
        ]
    asked = [pairs for pairs in samples if pairs]
    if not asked or any(source.has_documents(pairs) for pairs in asked) or source.bounds() is None:
        return Finding(kept)
    return Finding(found, _doubt(connection, "none of the alerts that came from it are there"))


def _newest_day_ms(connection: Connection) -> int:
    """The beginning of the UTC day of the newest document: indexes are daily."""
    newest_ms = connection.newest_ms or connection.created_ms
    return newest_ms - newest_ms % DAY_MS


def _doubt(connection: Connection, reason: str) -> str:
    return (
        f"Another deployment answers for “{connection.name}”: {reason}. Collecting has stopped; "
        "accept the new deployment, or correct the address."
    )
