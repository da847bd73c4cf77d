"""What the folder offers."""

from lamis.connections.types import ConnectionKind, Endpoint
from lamis.connectors.types import Ability
from lamis.connectors.wazuh.manifest import MANIFEST


def test_it_offers_alerts_of_wazuh() -> None:
    assert MANIFEST.kind is ConnectionKind.WAZUH
    assert Ability.ALERTS in MANIFEST.abilities
    assert MANIFEST.translate(b"{}").title
    MANIFEST.open_alerts(Endpoint(urls=("https://192.0.2.1:9200",)), generation=None).close()
