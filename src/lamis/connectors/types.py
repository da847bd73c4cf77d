"""The manifest of a vendor folder: what the registry finds and doors pass on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Never

from lamis.alerts.types import Fields
from lamis.base.errors import Invalid
from lamis.blocking.types import FirewallOpener
from lamis.connections.types import ConnectionKind, Endpoint, Generation, Opener


class Ability(StrEnum):
    """What a kind of connection can do for us."""

    ALERTS = "alerts"
    BLOCKING = "blocking"


def _no_alerts(endpoint: Endpoint, *, generation: Generation | None) -> Never:
    raise Invalid("This kind of connection brings no alerts.", field="kind")


def _no_documents(_raw: bytes) -> Never:
    raise Invalid("This kind of connection brings no alerts.", field="kind")


def _no_links(_dashboard: str, _index: str, _doc_id: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One vendor: its kind, its name on screens, and what it can do.

    Look at `abilities` first. A vendor without alerts leaves out `open_alerts`, `translate`,
    `text_version` and `document_link`: the first two then raise Invalid. `translate` turns one raw
    document into columns and never raises otherwise. `text_version` changes whenever
    `translate(raw).text` changes for any document: the text index deletes by making the text again.
    `document_link` takes the dashboard's address, an index and an `_id`. `open_firewall` is there with
    the ability `blocking` only.
    """

    kind: ConnectionKind
    title: str
    abilities: frozenset[Ability]
    open_alerts: Opener = _no_alerts
    translate: Callable[[bytes], Fields] = _no_documents
    text_version: int = 0
    document_link: Callable[[str, str, str], str] = _no_links
    open_firewall: FirewallOpener | None = None
