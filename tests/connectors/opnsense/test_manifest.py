"""What the folder offers."""

from lamis.blocking.types import FirewallOptions
from lamis.connections.types import ConnectionKind, Endpoint
from lamis.connectors.opnsense.manifest import MANIFEST
from lamis.connectors.types import Ability


def test_it_offers_blocking_and_nothing_else() -> None:
    assert MANIFEST.kind is ConnectionKind.OPNSENSE
    assert MANIFEST.abilities == {Ability.BLOCKING}
    assert MANIFEST.open_firewall is not None
    MANIFEST.open_firewall(Endpoint(urls=("https://192.0.2.1",)), FirewallOptions()).close()
