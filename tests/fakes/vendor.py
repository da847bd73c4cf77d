"""A vendor of firewalls whose boxes are in memory."""

from typing import cast

import pytest

from lamis.blocking.types import FirewallOpener
from lamis.connections.types import ConnectionKind
from lamis.connectors.registry import manifests
from lamis.connectors.types import Ability, Manifest
from tests.fakes.firewall import FakeFirewall


def vendor_of(open_firewall: FirewallOpener) -> Manifest:
    """A manifest whose firewalls `open_firewall` opens."""
    return Manifest(
        kind=ConnectionKind.OPNSENSE,
        title="OPNsense",
        abilities=frozenset({Ability.BLOCKING}),
        open_firewall=open_firewall,
    )


def install(monkeypatch: pytest.MonkeyPatch, open_firewall: FirewallOpener | None = None) -> FakeFirewall:
    """Have every door find the fake where it looks for OPNsense; returns it."""
    fake = FakeFirewall()
    found = cast(dict[ConnectionKind, Manifest], manifests())
    monkeypatch.setitem(found, ConnectionKind.OPNSENSE, vendor_of(open_firewall or fake))
    return fake
