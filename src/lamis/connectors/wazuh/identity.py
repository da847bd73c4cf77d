"""Which deployment answers, which generation it is, and what its clock shows."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lamis.base.errors import BadAnswer, ConnectorError, Refused
from lamis.base.tls import fingerprint_of
from lamis.connections.types import Generation, Identity, TestCode
from lamis.connectors.wazuh import bodies
from lamis.connectors.wazuh.answers import Root
from lamis.connectors.wazuh.client import IndexerClient
from lamis.connectors.wazuh.pages import Extent, Reader
from lamis.connectors.wazuh.translate import is_finding

PATTERNS = {
    Generation.V4: "wazuh-alerts-*,-wazuh-alerts-*-sample-*",
    Generation.V5: "wazuh-findings-v5-*",
}
SAMPLES = "wazuh-alerts-*-sample-*"
_FIRST_LUCENE_WITH_PIT = (9, 4)  # OpenSearch 2.4; older ones could take the path for an index
_NO_UUID = "_na_"


@dataclass(frozen=True, slots=True)
class Target:
    """What is read: a pattern, and the shape of its documents."""

    pattern: str
    generation: Generation
    extent: Extent
    has_both: bool = False


def find_target(
    client: IndexerClient, reader: Reader, *, pattern: str | None, generation: Generation | None
) -> Target:
    """Tell the generation by what answers; a given `pattern` or `generation` decides its part.

    Where both generations have indexes, 4.x is taken unless only 5.x holds documents.
    """
    everything = bodies.everything()
    if pattern:
        extent = reader.extent(pattern, everything)
        return Target(pattern, generation or _generation_of(client, pattern), extent)
    if generation:
        found = PATTERNS[generation]
        return Target(found, generation, reader.extent(found, everything))
    four, refusal = _extent_or_refusal(reader, PATTERNS[Generation.V4])
    five, _ = _extent_or_refusal(reader, PATTERNS[Generation.V5])
    has_both = bool(four and five and four.shards and five.shards)
    if five and five.shards and not (four and four.shards and (four.total or not five.total)):
        return Target(PATTERNS[Generation.V5], Generation.V5, five, has_both)
    if four is None:
        assert refusal is not None
        raise refusal
    return Target(PATTERNS[Generation.V4], Generation.V4, four, has_both)


def _extent_or_refusal(reader: Reader, pattern: str) -> tuple[Extent | None, Refused | None]:
    """A user who may read one generation only is refused the other; that is no failure yet."""
    try:
        return reader.extent(pattern, bodies.everything()), None
    except Refused as error:
        if error.code != TestCode.NOT_ALLOWED:
            raise
        return None, error


def _generation_of(client: IndexerClient, pattern: str) -> Generation:
    """By the newest document of a pattern of the operator's own, else by the pattern's name."""
    with client.search(pattern, bodies.newest_document()) as (found, _):
        for hit in found.hits.hits:
            return Generation.V5 if is_finding(bytes(hit.source)) else Generation.V4
    return Generation.V5 if "findings" in pattern else Generation.V4


def readable_root(client: IndexerClient) -> Root | None:
    """`GET /`, or None where this user may not; that is usual for a reader of least privilege."""
    try:
        return client.root()
    except Refused as error:
        if error.code == TestCode.NOT_ALLOWED:
            return None
        raise


def identity_of(client: IndexerClient, root: Root | None) -> Identity:
    """Who answered last, as far as it tells."""
    fingerprint = fingerprint_of(client.certificate) if client.certificate else None
    if root is None:
        return Identity(cluster_uuid=None, fingerprint=fingerprint)
    uuid = root.cluster_uuid if root.cluster_uuid not in {"", _NO_UUID} else None
    return Identity(uuid, fingerprint, name=root.cluster_name or None, version=root.version.number or None)


def clock_of(client: IndexerClient, root: Root | None, pattern: str) -> datetime | None:
    """The indexer's clock from opening a point in time; None where it cannot tell."""
    if root is not None and not _knows_points_in_time(root):
        return None
    try:
        opened = client.open_point_in_time(pattern)
    except Refused as error:
        if error.code == TestCode.BUSY:
            raise
        return None
    except BadAnswer:
        return None
    with suppress(ConnectorError):
        client.close_point_in_time(opened.pit_id)
    with suppress(OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=opened.creation_time)
    return None


def _knows_points_in_time(root: Root) -> bool:
    parts = root.version.lucene_version.split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
        return True
    return (int(parts[0]), int(parts[1])) >= _FIRST_LUCENE_WITH_PIT
