"""What this folder offers: alerts of Wazuh 4.x and 5.x indexers."""

from lamis.connections.types import ConnectionKind
from lamis.connectors.types import Ability, Manifest
from lamis.connectors.wazuh.links import document_link
from lamis.connectors.wazuh.source import open_alerts
from lamis.connectors.wazuh.translate import TEXT_VERSION, translate

MANIFEST = Manifest(
    kind=ConnectionKind.WAZUH,
    title="Wazuh indexer",
    abilities=frozenset({Ability.ALERTS}),
    open_alerts=open_alerts,
    translate=translate,
    text_version=TEXT_VERSION,
    document_link=document_link,
)
