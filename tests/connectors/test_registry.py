"""Vendors are found by their folders."""

import subprocess
import sys

import pytest

from lamis.base.errors import NotFound
from lamis.connections.types import ConnectionKind
from lamis.connectors import registry


def test_every_vendor_has_a_kind() -> None:
    assert set(registry.manifests()) <= set(ConnectionKind)
    assert registry.manifest("wazuh").kind is ConnectionKind.WAZUH


def test_an_unknown_kind_is_not_found() -> None:
    with pytest.raises(NotFound, match="nonsense"):
        registry.manifest("nonsense")


def test_vendors_are_not_imported_before_they_are_asked_for() -> None:
    code = "import lamis.connectors.registry, sys; print('httpx' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
