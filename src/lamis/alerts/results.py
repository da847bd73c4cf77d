"""What the queries of alerts answer. Rows are msgspec structs: lists are made and encoded by the thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from lamis.alerts.types import Severity


class AlertRow(msgspec.Struct, frozen=True):
    """One alert in a list, as the API sends it: `msgspec.json.encode(row)` is the JSON of contracts.

    Times are ISO 8601 UTC. `created_at` is the source's time, or the time of storing where the
    document has none. `connection_state` is active, paused or removed. `status` is that of the alert's
    incident, whose id is `incident`: open, acknowledged or closed; None for an alert without one.
    """

    id: str
    created_at: str
    stored_at: str
    severity: int
    severity_name: str
    level: int | None
    rule: str | None
    title: str
    tenant: str
    tenant_id: str
    connection: str
    connection_id: str
    connection_state: str
    device: str | None
    source_address: str | None
    user: str | None
    status: str | None
    is_finding: bool
    unreadable: str | None
    incident: str | None


class LiveRow(AlertRow, frozen=True):
    """A row as the socket sends it, with the names of the customer's dashboard.

    `severity` counts as they do there: low 1, medium 3, high 4, critical 5.
    """

    device_id: str | None
    alert_type: str | None
    summary: str


@dataclass(frozen=True, slots=True)
class News:
    """What is new of a view, newest first. Where `count` is more than was asked for, no rows are in it.

    `count` stops at `queries_news.MOST_COUNTED`.
    """

    alerts: Sequence[LiveRow]
    count: int


class Page(msgspec.Struct, frozen=True):
    """Rows newest first; `next` continues below the last one, None at the end."""

    alerts: list[AlertRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """Page `number` of `pages`; past the end the last one.

    `total` is exact, unless `is_more`: then counting stopped there, and pages follow that nobody counted.
    """

    alerts: Sequence[AlertRow]
    number: int
    pages: int
    total: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """All that is kept of one alert. `document` is `_source` byte for byte, None where it was unreadable."""

    key: int
    row: AlertRow
    time_ms: int | None
    stored_ms: int
    index: str
    doc_id: str
    device_ref: str | None
    groups: tuple[str, ...]
    mitre: tuple[str, ...]
    addresses: tuple[str, ...]
    refused_copies: int
    dashboard_url: str | None
    document: bytes | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Alerts of one bar of a histogram, by severity."""

    from_ms: int
    to_ms: int
    counts: dict[Severity, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Bars:
    """Buckets without a gap, oldest first. `sampled`: of that many newest matches alone; None: of all."""

    buckets: Sequence[Bucket]
    sampled: int | None = None


@dataclass(frozen=True, slots=True)
class TopItem:
    text: str
    n: int


@dataclass(frozen=True, slots=True)
class Top:
    """The most frequent values. `sampled` is the number of newest matches looked at, None for all."""

    items: Sequence[TopItem]
    sampled: int | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many alerts share `value` with an alert; `name` is the filter's: device, rule, user, address."""

    name: str
    value: str
    n: int


@dataclass(frozen=True, slots=True)
class Around:
    """The alerts like one alert, from 12 hours before it to 12 hours after."""

    since: datetime
    until: datetime
    likenesses: Sequence[Likeness]


@dataclass(frozen=True, slots=True)
class SourceDocumentRow:
    """One source document with where it came from. `document` is None where it was unreadable."""

    index: str
    doc_id: str
    connection_id: str
    connection: str
    document: bytes | None


@dataclass(frozen=True, slots=True)
class SourceDocumentsPage:
    """Source documents of active connections, newest first; empty past the end."""

    documents: Sequence[SourceDocumentRow]
    total: int


@dataclass(frozen=True, slots=True)
class Recount:
    """What is stored of a stretch of one connection's time, counted raw."""

    here: int
    refused: int
    unreadable: int
