"""Values of channels, deliveries and attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from lamis.alerts.types import Severity

PER_HOUR = 20
ANSWER_CHARS = 500


class ChannelKind(StrEnum):
    """How a channel is reached."""

    WEBHOOK = "webhook"
    SMTP = "smtp"


class Security(StrEnum):
    """How a connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Notable(StrEnum):
    """What a channel may be told of; the values are the journal's kinds and the webhook's types."""

    OPENED = "incident.opened"
    REOPENED = "incident.reopened"
    ACKNOWLEDGED = "incident.acknowledged"
    CLOSED = "incident.closed"

    @property
    def word(self) -> str:
        return self.value.removeprefix("incident.")


# Kinds of deliveries that are about no single incident.
SUMMARY = "incidents.summary"
TEST = "test"


class DeliveryState(StrEnum):
    """How a delivery stands. Only WAITING is ever sent."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    FOLDED = "folded"
    MUTED = "muted"
    DROPPED = "dropped"


class AttemptResult(StrEnum):
    """How an attempt ended; UNDER_WAY has not, INTERRUPTED lost its process before that was recorded."""

    UNDER_WAY = "under way"
    DELIVERED = "delivered"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where a webhook goes. `secrets` sign each request: the present one, then one that is being replaced."""

    url: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    ca_pem: str | None = None
    may_reach_private: bool = False


@dataclass(frozen=True, slots=True)
class MailTarget:
    """Which mail server takes mail, as whom, for whom."""

    host: str
    port: int
    security: Security
    sender: str
    recipients: Sequence[str]
    username: str = ""
    password: str = field(default="", repr=False)
    ca_pem: str | None = None
    may_reach_private: bool = False


Target = WebhookTarget | MailTarget


@dataclass(frozen=True, slots=True)
class Notice:
    """What one delivery says. `id` is the delivery's, equal in every attempt; `body` is JSON."""

    id: str
    kind: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended. Not delivered: `is_permanent` is not tried again, `is_gone` ends the channel."""

    is_delivered: bool
    status: int | None = None
    answer: str = ""
    error: str = ""
    is_permanent: bool = False
    is_gone: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that one worker holds, with all that sending needs; `sealed` is the channel's secrets."""

    key: int
    fence: int
    attempt_key: int
    channel_key: int
    tenant_key: int
    tries: int
    notice: Notice
    kind: ChannelKind
    settings: Mapping[str, object]
    sealed: str | None = field(repr=False)
    started_ms: int
    rotating_until_ms: int | None = None
    may_reach_private: bool = False

    @property
    def is_test(self) -> bool:
        return self.notice.kind == TEST


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an attempt. `is_lost`: another worker holds the delivery, nothing was recorded."""

    is_lost: bool = False
    has_given_up: bool = False
    is_switched_off: bool = False


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """What a notification tells of an incident, as it is when the delivery is made."""

    id: str
    severity: Severity
    number: int | None = None
    title: str = ""
    state: str = "open"
    rule: str | None = None
    device: str | None = None
    source_address: str | None = None
    count: int = 1
    first_ms: int | None = None
    last_ms: int | None = None
    muted_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel fares. `failing_since_ms` is the first failed attempt since the last good one."""

    failures: int = 0
    failing_since_ms: int | None = None
    last_sent_ms: int | None = None
    error: str = ""
    is_failing: bool = False


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel as it is shown; `place` names host or mail server without any secret."""

    key: int
    id: str
    tenant_key: int
    tenant_name: str
    tenant_id: str
    kind: ChannelKind
    name: str
    place: str
    is_active: bool
    off_reason: str
    min_severity: Severity
    events: Sequence[Notable]
    per_hour: int
    held: int
    settings: Mapping[str, object]
    rotating_until_ms: int | None
    created_ms: int
    health: Health


@dataclass(frozen=True, slots=True)
class AttemptInfo:
    """One attempt as it is shown; `took_ms` None while it is under way or was interrupted."""

    number: int
    started_ms: int
    took_ms: int | None
    result: AttemptResult
    status: int | None
    answer: str
    error: str


@dataclass(frozen=True, slots=True)
class DeliveryInfo:
    """A delivery as it is shown. `is_doubtful`: it may have arrived twice."""

    key: int
    id: str
    tenant_key: int
    tenant_name: str
    channel_id: str
    channel_name: str
    channel_kind: ChannelKind
    is_channel_removed: bool
    kind: str
    incident_id: str | None
    severity: Severity | None
    title: str
    state: DeliveryState
    tries: int
    created_ms: int
    due_ms: int
    finished_ms: int | None
    error: str
    is_doubtful: bool
    body: Mapping[str, object]
