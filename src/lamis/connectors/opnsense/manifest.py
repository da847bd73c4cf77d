"""What this folder offers: blocking on OPNsense 24.7.2 and newer."""

from lamis.connections.types import ConnectionKind
from lamis.connectors.opnsense.firewall import open_firewall
from lamis.connectors.types import Ability, Manifest

MANIFEST = Manifest(
    kind=ConnectionKind.OPNSENSE,
    title="OPNsense",
    abilities=frozenset({Ability.BLOCKING}),
    open_firewall=open_firewall,
)
