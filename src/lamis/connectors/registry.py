"""Finds the vendor folders by their manifests, when one is first asked for."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from lamis import connectors
from lamis.base.errors import NotFound
from lamis.connections.types import ConnectionKind
from lamis.connectors.types import Manifest


@cache
def manifests() -> Mapping[ConnectionKind, Manifest]:
    """Every vendor's manifest by kind. A vendor is a folder here with a `manifest.py`."""
    found = {}
    for vendor in pkgutil.iter_modules(connectors.__path__):
        if vendor.ispkg:
            manifest: Manifest = import_module(f"{connectors.__name__}.{vendor.name}.manifest").MANIFEST
            found[manifest.kind] = manifest
    return found


def manifest(kind: str) -> Manifest:
    """The manifest of `kind` as import files write it. Raises NotFound."""
    for known, found in manifests().items():
        if known.value == kind:
            return found
    raise NotFound(f"There is no kind of connection called “{kind}”.")
