"""Values of alerts: severities and presets, the extracted columns, pages to store, filters.

Those made for each document that is read are msgspec structs: several times faster to make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Protocol

import msgspec

STORED = "alerts.stored"  # the journal's kind for a page of new alerts
IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network


class Severity(IntEnum):
    """How bad an alert is; stored and sorted by its number."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        return _SEVERITY_WORDS[self]


# Asked for hundreds of times a page; a member's own name is slow to get.
_SEVERITY_WORDS = {severity: severity.name.lower() for severity in Severity}


class Preset(StrEnum):
    """How Wazuh 4.x levels become severities."""

    CLASSIC = "classic"
    WAZUH_4 = "wazuh4"
    WAZUH_5 = "wazuh5"


# critical from, high from, medium from
PRESETS: Mapping[Preset, tuple[int, int, int]] = {
    Preset.CLASSIC: (10, 7, 4),
    Preset.WAZUH_4: (15, 12, 7),
    Preset.WAZUH_5: (14, 10, 7),
}


class Mitre(msgspec.Struct, frozen=True, gc=False):
    """The three lists of a MITRE mapping; they are not parallel."""

    ids: tuple[str, ...] = ()
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()


class Fields(msgspec.Struct, frozen=True, gc=False):
    """What is extracted from one document, in one shape for 4.x and 5.x.

    `time_ms` is the source's time (`@timestamp`, else `timestamp`), milliseconds since 1970; None when
    the document has none. `severity_word` is set by 5.x sources, `level` by 4.x ones. `identity` is
    a digest of (manager, node, id, timestamp, rule, agent) where the document has an `id`, else None.
    `text` is what the text index holds beside the title. `unreadable` is the reason why the columns
    could not be taken; the document is kept all the same.
    """

    time_ms: int | None
    title: str
    rule: str | None = None
    level: int | None = None
    severity_word: str | None = None
    device: str | None = None
    device_ref: str | None = None
    manager: str | None = None
    source_address: IPAddress | None = None
    addresses: tuple[IPAddress, ...] = ()
    user: str | None = None
    groups: tuple[str, ...] = ()
    mitre: Mitre = Mitre()
    identity: bytes | None = None
    text: str = ""
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of alerts is narrowed to; every set member must match. Times are half-open, UTC."""

    since: datetime | None = None
    until: datetime | None = None
    severities: frozenset[Severity] = frozenset()
    min_level: int | None = None
    tenant_ids: frozenset[str] = frozenset()
    connection_ids: frozenset[str] = frozenset()
    rule: str | None = None
    group: str | None = None
    device: str | None = None
    network: IPNetwork | None = None
    user: str | None = None
    mitre: str | None = None
    text: str | None = None
    incident: str | None = None
    unreadable_only: bool = False


FINDINGS_INDEX = "lamis-findings"


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """One document of a page: where it lies at its source, its bytes, and what was extracted.

    `raw` None stands for a document that could not be read; `fields.unreadable` then says why.
    """

    index: str
    doc_id: str
    raw: bytes | None
    fields: Fields


@dataclass(frozen=True, slots=True)
class Batch:
    """A page of one connection. `text_version` is that of the connector's text function (at least 1)."""

    tenant_key: int
    connection_key: int
    connection_id: str
    documents: Sequence[Incoming]
    preset: Preset = Preset.CLASSIC
    text_index: bool = True
    text_version: int = 1


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """A finding of our own about a connection. The same `finding_id` twice is one finding.

    `rule` is like "lamis:silent"; `document` holds JSON values for the detail page.
    """

    finding_id: str
    tenant_key: int
    connection_key: int
    connection_id: str
    rule: str
    title: str
    severity: Severity
    document: Mapping[str, object]
    device: str | None = None


class Verdict(StrEnum):
    """What became of one document of a page."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """The verdict on one document. `key` is the alert it is, or the kept alert it repeats.

    KNOWN was counted before (as new or as refused) and changes no count now.
    """

    verdict: Verdict
    time_ms: int | None
    key: int
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """The outcomes of a page, in the order of its documents.

    `journal_number` is that of the entry that brought the new ones; None where nothing was new.
    """

    outcomes: Sequence[Outcome] = ()
    new: int = 0
    known: int = 0
    refused: int = 0
    unreadable: int = 0
    journal_number: int | None = None


class Assign(Protocol):
    """Says which incident each new alert of a page belongs to, by the alert's key; the others to none.

    It is asked once, with (key, fields) of all new alerts, before any of them is written and before the
    journal's counter is locked: rows of incidents are locked first.
    """

    def __call__(self, fresh: Sequence[tuple[int, Fields]], /) -> Mapping[int, int]: ...


def to_none(_fresh: Sequence[tuple[int, Fields]], /) -> Mapping[int, int]:
    """The `Assign` of alerts that belong to no incident."""
    return {}


class TextOf(Protocol):
    """A connector's pure text function: what the text index holds of a document beside its title.

    `version` is the one the document was stored with; the answer must never change for a version,
    because a text index without content forgets a document only when told the same text again.
    """

    def __call__(self, raw: bytes, version: int) -> str: ...
