"""Vendors are found by their folders."""

import subprocess
import sys

import pytest

from lamis.base.errors import NotFound
from lamis.connections.types import FIREWALL_KINDS, SOURCE_KINDS, ConnectionKind
from lamis.connectors import registry
from lamis.connectors.types import Ability


def test_every_kind_has_its_vendor() -> None:
    assert set(registry.manifests()) == set(ConnectionKind)
    assert registry.manifest("wazuh").kind is ConnectionKind.WAZUH


def test_sources_bring_alerts_and_firewalls_block_and_no_kind_is_both() -> None:
    able = {ability: set[ConnectionKind]() for ability in Ability}
    for kind, found in registry.manifests().items():
        for ability in found.abilities:
            able[ability].add(kind)
    assert able == {Ability.ALERTS: set(SOURCE_KINDS), Ability.BLOCKING: set(FIREWALL_KINDS)}
    assert all(registry.manifest(kind).open_firewall for kind in FIREWALL_KINDS)


def test_an_unknown_kind_is_not_found() -> None:
    with pytest.raises(NotFound, match="nonsense"):
        registry.manifest("nonsense")


def test_vendors_are_not_imported_before_they_are_asked_for() -> None:
    code = "import lamis.connectors.registry, sys; print('httpx' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
