"""Values of incidents: states, verdicts, when they open, filters, and what queries answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from lamis.alerts.types import Severity
from lamis.base.settings import Settings

LONGEST_COMMENT = 4000
LONGEST_MUTE = timedelta(days=30)


class State(StrEnum):
    """Where the work on an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


WAITING = frozenset({State.OPEN, State.ACKNOWLEDGED})


class Verdict(StrEnum):
    """What a closed incident was."""

    TRUE_POSITIVE = "true positive"
    FALSE_POSITIVE = "false positive"
    BENIGN = "benign"


class Kind(StrEnum):
    """What happened to an incident."""

    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Policy:
    """Which alerts open incidents, and how long after its closing a like alert reopens one."""

    severity: Severity = Severity.HIGH
    quiet: timedelta = timedelta(hours=1)

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """The installation's choice."""
        quiet = timedelta(minutes=settings.incident_quiet_min)
        return cls(Severity[settings.incident_severity.upper()], quiet)


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What a list of incidents is narrowed to; every set member must match.

    `assignee_id` is a person's id, or an empty text for nobody's. `number` alone finds one incident.
    """

    states: frozenset[State] = frozenset()
    severities: frozenset[Severity] = frozenset()
    tenant_ids: frozenset[str] = frozenset()
    text: str | None = None
    number: int | None = None
    assignee_id: str | None = None


class IncidentRow(msgspec.Struct, frozen=True):
    """One incident in a list, as the API sends it. Times are ISO 8601 UTC.

    `count` is how many alerts ever belonged to it; `source_address` is the one they all share.
    `opened_at` is when it was last opened or reopened.
    """

    id: str
    number: int
    title: str
    severity: int
    severity_name: str
    state: str
    count: int
    first_seen: str
    last_seen: str
    opened_at: str
    tenant: str
    tenant_id: str
    rule: str | None
    device: str | None
    source_address: str | None
    assignee: str | None
    assignee_id: str | None
    verdict: str | None
    closed_at: str | None
    muted_until: str | None


class IncidentsPage(msgspec.Struct, frozen=True):
    """Incidents, the last opened first; `next` continues below the last one, None at the end."""

    incidents: list[IncidentRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an incident's history. `actor` is a name; `detail` is a verdict, a name or a time."""

    at: datetime
    kind: str
    actor: str
    text: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """One incident with its history, oldest first, and the one it follows."""

    key: int
    tenant_key: int
    row: IncidentRow
    happenings: Sequence[Happening] = ()
    previous: IncidentRow | None = None
    next: IncidentRow | None = None
    expired: int = 0


@dataclass(frozen=True, slots=True)
class IncidentNews:
    """Incidents that changed, in the order of the journal. More than were asked for: none, only `count`."""

    incidents: Sequence[IncidentRow] = field(default=())
    count: int = 0
