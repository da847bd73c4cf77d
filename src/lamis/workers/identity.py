"""Whether the deployment that answers is still the one whose alerts are stored."""

from dataclasses import dataclass

from lamis.alerts import queries_sources
from lamis.base.clock import HOUR_MS
from lamis.base.scope import EVERYTHING
from lamis.connections.models import Connection
from lamis.connections.types import AlertSource, Identity
from lamis.storage.engine import Database

EVERY_MS = HOUR_MS


@dataclass(frozen=True, slots=True)
class Finding:
    """What the look found: the identity to keep, or the sentence why it is in doubt."""

    identity: Identity
    doubt: str | None = None


def is_due(connection: Connection, *, now_ms: int) -> bool:
    return now_ms - connection.identity_checked_ms >= EVERY_MS


def look(database: Database, connection: Connection, source: AlertSource) -> Finding:
    """Ask who answers and compare. A new certificate alone is no doubt while stored documents are there.

    The UUID decides where both are readable; else the fingerprint, and 20 stored ids, which must
    not all be gone while the source holds others. Raises ConnectorError.
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
        pairs = queries_sources.newest_origins(session, EVERYTHING, connection.key)
    if not pairs or source.has_documents(pairs) or source.bounds() is None:
        return Finding(kept)
    return Finding(found, _doubt(connection, "none of the newest alerts that came from it are there"))


def _doubt(connection: Connection, reason: str) -> str:
    return (
        f"Another deployment answers for “{connection.name}”: {reason}. Collecting has stopped; "
        "accept the new deployment, or correct the address."
    )
