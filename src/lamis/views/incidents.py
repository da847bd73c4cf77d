"""What the pages of incidents are given: lines of the list, one incident with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from lamis.alerts.types import Severity
from lamis.blocking.types import Mark
from lamis.incidents.types import Happening, IncidentRow
from lamis.views.filters import Chip
from lamis.views.formats import exact
from lamis.views.links import Query
from lamis.views.rows import AlertRow

# The values of `state` that a click chooses; none of them: those that wait for people.
STATES: Mapping[str, str] = {
    "": "Waiting",
    "open": "Open",
    "acknowledged": "Acknowledged",
    "closed": "Closed",
    "all": "All",
}
# Each filter of the address beside the state, and its word on a chip.
WORDS: Mapping[str, str] = {
    "q": "text",
    "number": "number",
    "severity": "severity",
    "tenant": "tenant",
    "assignee": "assignee",
}
_SAID: Mapping[str, str] = {
    "reopened": "reopened it",
    "acknowledged": "acknowledged it",
    "closed": "closed it",
    "commented": "commented",
}


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One line of the list of incidents, and the head of an incident's page."""

    id: str
    url: str
    number: int
    severity: Severity
    title: str
    state: str
    count: int
    first_at: datetime
    last_at: datetime
    opened_at: datetime
    tenant: str
    tenant_id: str
    rule: str | None = None
    device: str | None = None
    source_address: str | None = None
    assignee: str | None = None
    assignee_id: str | None = None
    verdict: str | None = None
    closed_at: datetime | None = None
    muted_until: datetime | None = None
    mark: Mark | None = None

    @property
    def tone(self) -> str:
        """The tone of the state's badge."""
        return {"open": "high", "closed": "ok"}.get(self.state, "")


def incident_line(row: IncidentRow, mark: Mark | None = None) -> IncidentLine:
    """A line from what the queries answer; `mark` where its address is blocked."""
    return IncidentLine(
        id=row.id,
        url=f"/incidents/{row.id}",
        number=row.number,
        severity=Severity(row.severity),
        title=row.title,
        state=row.state,
        count=row.count,
        first_at=datetime.fromisoformat(row.first_seen),
        last_at=datetime.fromisoformat(row.last_seen),
        opened_at=datetime.fromisoformat(row.opened_at),
        tenant=row.tenant,
        tenant_id=row.tenant_id,
        rule=row.rule,
        device=row.device,
        source_address=row.source_address,
        assignee=row.assignee,
        assignee_id=row.assignee_id,
        verdict=row.verdict,
        closed_at=None if row.closed_at is None else datetime.fromisoformat(row.closed_at),
        muted_until=None if row.muted_until is None else datetime.fromisoformat(row.muted_until),
        mark=mark,
    )


@dataclass(frozen=True, slots=True)
class IncidentsPage:
    """The list of incidents. `next_url` leads on, `first_url` back to the newest; options are (id, name)."""

    query: Query
    lines: Sequence[IncidentLine]
    total: int
    states: Sequence[tuple[str, str, bool]]
    next_url: str | None = None
    first_url: str | None = None
    chips: Sequence[Chip] = ()
    clear_url: str = "/incidents"
    tenants: Sequence[tuple[str, str]] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    show_tenant: bool = True
    may_block: bool = False
    opens_from: str = "high"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened: when, who, what; and the words they wrote."""

    at: datetime
    actor: str
    said: str
    text: str = ""


def history_line(happening: Happening) -> HistoryLine:
    """A line of the history in words."""
    said = _SAID.get(happening.kind, happening.kind)
    if happening.kind == "closed" and happening.detail:
        said = f"closed it as {happening.detail}"
    elif happening.kind == "assigned":
        said = f"gave it to {happening.detail}" if happening.detail else "made it nobody's"
    elif happening.kind == "muted":
        until = exact(datetime.fromisoformat(happening.detail)) if happening.detail else ""
        said = f"muted its notifications until {until}" if until else "ended the muting of its notifications"
    return HistoryLine(happening.at, happening.actor, said, happening.text)


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One incident: what it is, its newest alerts, what happened, what may be done.

    `assignees` are (id, name) of those who may work on it; `sent` holds what was typed where `errors` are.
    """

    line: IncidentLine
    evidence: Sequence[AlertRow]
    evidence_query: Query
    history: Sequence[HistoryLine]
    verdicts: Sequence[tuple[str, str, str]]
    previous: IncidentLine | None = None
    next: IncidentLine | None = None
    assignees: Sequence[tuple[str, str]] = ()
    expired: int = 0
    may_work: bool = False
    may_block: bool = False
    is_mine: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        return self.line.state == "closed"

    @property
    def shown_words(self) -> str:
        """Which of its alerts are listed: all that are there, or the newest."""
        shown, there = len(self.evidence), self.line.count - self.expired
        if shown < there:
            return f"the newest {shown} of {there:,}"
        return f"{shown} alert" if shown == 1 else f"{shown} alerts" if shown else ""

    @property
    def follows(self) -> str:
        """What the page follows on the socket, as a query: this incident, whichever tenant is switched to."""
        return urlencode({"number": self.line.number, "tenant": self.line.tenant_id})


def state_links(query: Query) -> tuple[tuple[str, str, bool], ...]:
    """The states a click chooses: label, address, whether it is the one shown."""
    shown = query.value("state")
    return tuple(
        (label, query.narrow("state", state) if state else query.without("state"), state == shown)
        for state, label in STATES.items()
    )
