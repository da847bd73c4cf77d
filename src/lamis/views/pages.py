"""One dataclass per page of this room: doors fill them, templates draw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lamis.alerts.types import Severity
from lamis.views import formats
from lamis.views.blocking import BlockLine
from lamis.views.charts import Histogram, TopItem
from lamis.views.fields import FieldLine
from lamis.views.filters import Chip
from lamis.views.links import Query
from lamis.views.rows import AlertRow, Pager


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """A source that cannot be read: why, since when, and where; what to do unless the reason says it."""

    name: str
    reason: str
    url: str
    since: datetime | None = None
    cure: str = ""


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """Whether what should be collected is. `working` of `active` sources answer; paused ones do not count.

    `may_add` says whether the person may connect a source.
    """

    working: int
    active: int
    problems: Sequence[SourceProblem] = ()
    detail: str = ""
    may_add: bool = True

    @property
    def state(self) -> str:
        """For the health mark: "ok", "bad", or "off" without any active source."""
        if not self.active:
            return "off"
        return "bad" if self.problems or self.working < self.active else "ok"

    @property
    def headline(self) -> str:
        if not self.active:
            return "No sources"
        word = "Protected" if self.state == "ok" else "Error"
        what = "active source" if self.active == 1 else "active sources"
        return f"{word} · {self.working} of {self.active} {what}"

    @property
    def words(self) -> str:
        """The line below the headline: which sources are in trouble (a banner tells why), else the detail."""
        if not self.active:
            return (
                "Add one to see its alerts within minutes" if self.may_add else "An admin can add one for you"
            )
        if self.problems:
            more = len(self.problems) - 1
            return f"{self.problems[0].name} " + (f"and {more} more need a look" if more else "needs a look")
        return self.detail

    @property
    def url(self) -> str:
        if not self.active:
            return "/sources/add" if self.may_add else "/sources"
        return self.problems[0].url if len(self.problems) == 1 else "/sources"


class Why(StrEnum):
    """Why a list is empty; the ledger of windows tells which."""

    NO_SOURCES = "no sources"
    FILTERED = "filtered"
    READING = "reading"
    PROBLEM = "problem"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Emptiness:
    """An empty list explained.

    FILTERED needs `filters` and `clear_url`; PROBLEM needs `problem`; QUIET tells when the sources were
    last read well (`read_at`) and the newest alert of all (`newest_at`); READING tells `progress`
    (0 to 1) where it is known. NO_SOURCES tells whether the person may connect one.
    """

    why: Why
    filters: int = 0
    clear_url: str = ""
    problem: SourceProblem | None = None
    read_at: datetime | None = None
    newest_at: datetime | None = None
    progress: float | None = None
    may_add: bool = True


@dataclass(frozen=True, slots=True)
class Completeness:
    """What the ledger of the last 24 h says: documents there and here, and how many are missing."""

    there: int
    here: int
    missing: int

    @property
    def share(self) -> float:
        return 1.0 if not self.there else max(0, self.there - self.missing) / self.there


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The dashboard. `pager.total` is what the filters leave, `total_24h` all alerts of the last 24 h."""

    query: Query
    status: SystemStatus
    total_24h: int
    histogram: Histogram
    rows: Sequence[AlertRow]
    pager: Pager
    waiting: Mapping[Severity, int] = field(default_factory=dict)  # incidents, by severity
    channels_failing: int = 0
    before_24h: int | None = None
    hourly: Sequence[int] = ()
    completeness: Completeness | None = None
    top_addresses: Sequence[TopItem] = ()
    top_rules: Sequence[TopItem] = ()
    top_devices: Sequence[TopItem] = ()
    chips: Sequence[Chip] = ()
    emptiness: Emptiness | None = None
    may_refresh: bool = True
    show_tenant: bool = True
    may_block: bool = False
    blocked: int = 0
    blocks_in_trouble: int = 0

    @property
    def grave(self) -> str:
        """How many alerts are critical, how many high."""
        counts = self.histogram.counts
        return " · ".join(
            f"{formats.number(counts[severity])} {severity.word}"
            for severity in (Severity.CRITICAL, Severity.HIGH)
        )

    @property
    def incidents(self) -> str:
        """How many incidents wait, of each severity that has some."""
        found = [f"{formats.number(n)} {severity.word}" for severity, n in sorted(self.waiting.items()) if n]
        return " · ".join(reversed(found)) or "nothing waits"

    @property
    def change(self) -> str:
        """Against the 24 h before: `+12 %`; nothing to compare with, nothing said."""
        if not self.before_24h:
            return ""
        share = (self.total_24h - self.before_24h) / self.before_24h
        return f"{'+' if share > 0 else '−' if share < 0 else '±'}{formats.percent(abs(share))}"


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """The list of alerts with its filter. Options are (id, name) pairs."""

    query: Query
    rows: Sequence[AlertRow]
    pager: Pager
    range_label: str
    ranges: Sequence[tuple[str, str, bool]]  # label, address, whether it is the one shown
    histogram: Histogram | None = None
    chips: Sequence[Chip] = ()
    clear_url: str = "/alerts"
    tenants: Sequence[tuple[str, str]] = ()
    connections: Sequence[tuple[str, str]] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    emptiness: Emptiness | None = None
    csv_url: str | None = None
    ndjson_url: str | None = None
    show_tenant: bool = True
    may_block: bool = False


@dataclass(frozen=True, slots=True)
class AlertPage:
    """One alert: the columns that matter, every field, the document as the source sent it."""

    row: AlertRow
    document: str
    size_bytes: int
    facts: Sequence[FieldLine]
    fields: Sequence[FieldLine] = ()
    around: Sequence[TopItem] = ()
    proof: Sequence[str] = ()
    source_url: str | None = None
    connection_url: str | None = None
    raw_url: str | None = None
    block_url: str | None = None
    blocks: Sequence[BlockLine] = ()

    @property
    def stored_after(self) -> timedelta | None:
        """How long after its time it was stored; None where that says nothing."""
        if self.row.created_at is None or self.row.stored_at < self.row.created_at:
            return None
        return self.row.stored_at - self.row.created_at
