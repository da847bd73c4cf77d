"""A manifest may leave out what its vendor cannot do."""

import pytest

from lamis.base.errors import Invalid
from lamis.connections.types import ConnectionKind, Endpoint
from lamis.connectors.types import Ability, Manifest

FIREWALL_ONLY = Manifest(
    kind=ConnectionKind.WAZUH, title="A firewall", abilities=frozenset({Ability.BLOCKING})
)


def test_a_vendor_without_alerts_says_so_when_asked_for_them() -> None:
    with pytest.raises(Invalid, match="no alerts"):
        FIREWALL_ONLY.open_alerts(Endpoint(urls=()), generation=None)
    with pytest.raises(Invalid, match="no alerts"):
        FIREWALL_ONLY.translate(b"{}")


def test_a_vendor_without_alerts_has_no_links() -> None:
    assert FIREWALL_ONLY.document_link("https://dashboard.example", "index", "id") == ""
