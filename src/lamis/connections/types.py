"""Values and ports of connections: what a connector is given, what it answers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

# The ends of the axis of time, in milliseconds: what has no beginning, and what has no end.
LOWEST = -(1 << 62)
HIGHEST = 1 << 62


class ConnectionKind(StrEnum):
    """The vendor of a connection, as written in import files."""

    WAZUH = "wazuh"
    OPNSENSE = "opnsense"


# Which kinds alerts are collected from, and which drop addresses; the manifests say the same.
SOURCE_KINDS = (ConnectionKind.WAZUH,)
FIREWALL_KINDS = (ConnectionKind.OPNSENSE,)


class Generation(StrEnum):
    """Which of the two Wazuh document shapes a source speaks."""

    V4 = "4"
    V5 = "5"


class TestCode(StrEnum):
    """The stable result codes of a connection test; documented in `docs/connections.md`."""

    __test__ = False

    OK = "ok"
    AUTH_FAILED = "auth_failed"
    NOT_ALLOWED = "not_allowed"
    TLS_NOT_TRUSTED = "tls_not_trusted"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    NOT_AN_INDEXER = "not_an_indexer"
    NO_INDEX = "no_index"
    CLOCK_SKEW = "clock_skew"
    SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105 -- a code, not a secret
    IDENTITY_CHANGED = "identity_changed"
    BUSY = "busy"
    UNEXPECTED_ANSWER = "unexpected_answer"
    NOT_REACHABLE_BY_YOU = "address_not_allowed"
    NOT_A_FIREWALL = "not_a_firewall"
    VERSION_TOO_OLD = "version_too_old"
    PRIVILEGE_MISSING = "privilege_missing"
    ALIAS_MISSING = "alias_missing"
    RULE_MISSING = "rule_missing"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class WindowState(StrEnum):
    """How a window stands. Documented in `docs/collecting.md`.

    due: to be counted or read. complete: every document there was seen stored here. missing: the
    source holds fewer than were read, and its index still exists. expired: likewise, and that day's index
    is gone there. not_asked: outside of what the back-fill was asked to bring.
    """

    DUE = "due"
    COMPLETE = "complete"
    MISSING = "missing"
    EXPIRED = "expired"
    NOT_ASKED = "not_asked"


class TrustMode(StrEnum):
    """How a TLS certificate is judged."""

    SYSTEM = "system"
    CA = "ca"
    FINGERPRINT = "fingerprint"
    NONE = "none"


class SourceState(StrEnum):
    """Whether a source is collected. Alerts of paused and removed ones stay, labelled so."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class HealthWord(StrEnum):
    """How a source fares, in one word."""

    GOOD = "good"
    WAITING = "waiting"
    QUIET = "silent"
    FAILING = "failing"
    STOPPED = "stopped"
    RESTING = "resting"
    PAUSED = "paused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fares: a word, a sentence, and what to do (empty when nothing is to be done)."""

    word: HealthWord
    sentence: str
    cure: str = ""

    @property
    def is_good(self) -> bool:
        return self.word in {HealthWord.GOOD, HealthWord.WAITING, HealthWord.PAUSED, HealthWord.REMOVED}


@dataclass(frozen=True, slots=True)
class Source:
    """A connection as it is shown, without secrets. Times are milliseconds since 1970.

    `missing` documents are known to be at the source and not here; `windows_waiting` were never counted.
    """

    key: int
    id: str
    name: str
    tenant_key: int
    tenant_id: str
    tenant_name: str
    kind: str
    urls: tuple[str, ...]
    username: str
    index_pattern: str | None
    generation: str | None
    dashboard_url: str | None
    poll_s: int
    level_floor: int | None
    backfill: str
    trust_mode: str
    fingerprint: str | None
    state: SourceState
    health: Health
    last_try_ms: int | None
    last_good_ms: int | None
    newest_ms: int | None
    lag_ms: int | None
    failures: int
    error_code: str | None
    error_text: str | None
    missing: int
    windows_waiting: int
    expired: int
    created_ms: int


class StatusWord(StrEnum):
    """The system status of the overview."""

    PROTECTED = "protected"
    ERROR = "error"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """`good` of `active` sources are well; `troubled` are those that are not, worst first.

    `resting` is the sentence why all collecting rests, or None.
    """

    word: StatusWord
    active: int
    good: int
    troubled: tuple[Source, ...] = ()
    resting: str | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """TLS trust of one connection. `fingerprint` is SHA-256 of the DER certificate, 64 hex digits."""

    mode: TrustMode = TrustMode.SYSTEM
    ca_pem: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Everything a connector needs to talk to one outside system; secrets in the clear, never shown.

    `urls` are the nodes of one deployment, tried in order. `may_reach_private` is decided by who
    led the connection there: an operator's reaches its own host and port whatever they are.
    """

    urls: tuple[str, ...]
    username: str = ""
    password: str = field(default="", repr=False)
    trust: Trust = Trust()
    client_cert_pem: str | None = None
    client_key_pem: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    index_pattern: str | None = None
    level_floor: int | None = None
    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=30)
    may_reach_private: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of a source's time, in milliseconds since 1970.

    `from_ms` None has no beginning, `to_ms` None no end. `undated` stands for the documents without
    `@timestamp`; its bounds are then None.
    """

    from_ms: int | None
    to_ms: int | None
    undated: bool = False


class SourceDocument(msgspec.Struct, frozen=True, gc=False):
    """One hit: `raw` is `_source` byte for byte. `raw` None with a `problem` could not be read."""

    index: str
    doc_id: str
    raw: bytes | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Documents the source vouched for (not timed out, no failed shard). Order is not promised."""

    documents: Sequence[SourceDocument]
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the far side is: `cluster_uuid` where readable, else the TLS fingerprint."""

    cluster_uuid: str | None
    fingerprint: str | None
    name: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class TestResult:
    """What a connection test found. `message` is a sentence; `details` are JSON values for screens.

    Known details: `fingerprint`, `subject`, `issuer`, `names` (TLS), `generation`, `index_pattern`,
    `version`, `documents`, `newest_at`, `newest_age_s`, `clock_skew_s`, `status`, `warnings` (sentences),
    `made` (sentences: what was made at a firewall), `alias`, `alias_type`, `entries`, `rule`, `table_used`,
    `table_limit`, `privileges_missing`, `nodes`. `own_networks` are a firewall's, where they were read.
    """

    __test__ = False

    code: TestCode
    message: str
    details: dict[str, object] = field(default_factory=dict)
    generation: Generation | None = None
    identity: Identity | None = None
    own_networks: tuple[str, ...] | None = None

    @property
    def is_ok(self) -> bool:
        return self.code is TestCode.OK


@dataclass(frozen=True, slots=True)
class Count:
    """How many documents a span holds, and a mark of which they are.

    `mark` is a number that changes with any exchange of documents, also of one for another, and adds up
    over neighbouring spans; None where the source gives none.
    """

    number: int
    mark: int | None = None


class AlertSource(Protocol):
    """The ability `alerts` of a connector: an opened arm to one deployment.

    All methods raise Unreachable, AuthFailed, Refused or BadAnswer, are safe to repeat, and end
    within the endpoint's `read_timeout`. Not shared between threads.
    """

    def test(self, *, now: datetime) -> TestResult:
        """Try everything collecting needs; never raises a ConnectorError."""

    def identify(self) -> Identity:
        """Who answers. Fields are None where the user may not read them."""

    def clock(self) -> datetime | None:
        """The source's own time, from opening a point in time; None where it tells none."""

    def count(self, spans: Sequence[Span], *, marked: Collection[int] = ()) -> list[Count]:
        """The exact number of documents in each span (at most 200 spans), in one request.

        Those at the places `marked` come with a mark, which costs the source a little more.

        Raises BadAnswer when the source does not vouch for all shards.
        """

    def read(self, span: Span, *, size: int) -> Iterator[Page]:
        """Yield the documents of `span` in pages of at most `size` (1–10,000) and 8 MB.

        A page is yielded only when the source vouches for it; the iterator ends normally only when
        as many documents were yielded as the source says the span holds, else raises BadAnswer
        (pages already yielded stand). Order is not promised. Safe to repeat.
        """

    def bounds(self) -> tuple[int, int] | None:
        """The oldest and newest `@timestamp` in milliseconds; None when there is no document."""

    def has_index(self, index: str) -> bool:
        """Whether that exact index exists; False only when the source answers 404."""

    def has_documents(self, pairs: Sequence[tuple[str, str]]) -> int:
        """How many of the (index, _id) pairs the source still holds (identity check)."""

    def requests_made(self) -> int:
        """How many requests this arm sent since it was opened."""

    def close(self) -> None:
        """Let go of sockets."""


class Opener(Protocol):
    """Opens the `alerts` ability of one vendor."""

    def __call__(self, endpoint: Endpoint, *, generation: Generation | None) -> AlertSource: ...
