"""The manifest of a vendor folder: what the registry finds and doors pass on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from lamis.alerts.types import Fields
from lamis.connections.types import ConnectionKind, Opener


class Ability(StrEnum):
    """What a kind of connection can do for us."""

    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One vendor: its kind, its name on screens, and what it can do.

    `translate` turns one raw document into columns and never raises. `text_version` changes whenever
    `translate(raw).text` changes for any document: the text index deletes by making the text again.
    `document_link` takes the dashboard's address, an index and an `_id`.
    """

    kind: ConnectionKind
    title: str
    abilities: frozenset[Ability]
    open_alerts: Opener
    translate: Callable[[bytes], Fields]
    text_version: int
    document_link: Callable[[str, str, str], str]
