"""What the pages of channels and deliveries are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from lamis.alerts.types import Severity
from lamis.base.clock import from_ms
from lamis.delivery.types import (
    AttemptInfo,
    AttemptResult,
    ChannelInfo,
    ChannelKind,
    DeliveryInfo,
    DeliveryState,
)
from lamis.views.links import Query

_MARKS = {DeliveryState.DELIVERED: "ok", DeliveryState.FAILED: "bad"}

_WORDS = {DeliveryState.FOLDED: "in a summary"}
_KINDS = {ChannelKind.WEBHOOK: "Webhook", ChannelKind.SMTP: "Mail"}
_TOLD = {
    DeliveryState.FOLDED: "It came beyond the channel’s limit, or is from before its source was connected; "
    "the summary at the hour’s end counts it.",
    DeliveryState.MUTED: "Notifications of its incident were muted at the time.",
    DeliveryState.DROPPED: "It was not sent, and will not be.",
}


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel. `mark` and `word` are for the health mark; `sentence` says what is wrong."""

    channel: ChannelInfo
    may_manage: bool

    @property
    def url(self) -> str:
        return f"/channels/{self.channel.id}"

    @property
    def kind(self) -> str:
        return _KINDS[self.channel.kind]

    @property
    def mark(self) -> str:
        if not self.channel.is_active:
            return "off"
        if self.channel.health.is_failing:
            return "bad"
        return "late" if self.channel.health.failures else "ok"

    @property
    def word(self) -> str:
        return {"off": "off", "bad": "failing", "late": "trying again", "ok": "on"}[self.mark]

    @property
    def sentence(self) -> str:
        return self.channel.off_reason if self.mark == "off" else self.channel.health.error

    @property
    def last_sent_at(self) -> datetime | None:
        return _time(self.channel.health.last_sent_ms)

    @property
    def failing_since(self) -> datetime | None:
        return _time(self.channel.health.failing_since_ms)

    @property
    def old_secret_until(self) -> datetime | None:
        return _time(self.channel.rotating_until_ms)

    @property
    def told_of(self) -> str:
        """Which incidents, in words."""
        least = self.channel.min_severity
        words = least.word if least is Severity.CRITICAL else f"{least.word} and above"
        return f"{words} · {', '.join(each.word for each in self.channel.events)}"

    def setting(self, name: str) -> object:
        return self.channel.settings.get(name)


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery in a list, and at the head of its own page."""

    delivery: DeliveryInfo

    @property
    def url(self) -> str:
        return f"/deliveries/{self.delivery.id}"

    @property
    def mark(self) -> str:
        if self.delivery.state is DeliveryState.WAITING and self.delivery.tries:
            return "late"
        return _MARKS.get(self.delivery.state, "off")

    @property
    def word(self) -> str:
        return _WORDS.get(self.delivery.state, self.delivery.state.value)

    @property
    def sentence(self) -> str:
        return self.delivery.error or _TOLD.get(self.delivery.state, "")

    @property
    def created_at(self) -> datetime:
        return from_ms(self.delivery.created_ms)

    @property
    def finished_at(self) -> datetime | None:
        return _time(self.delivery.finished_ms)

    @property
    def next_at(self) -> datetime | None:
        """When it is tried again; None where it is not, or for the first time."""
        is_again = self.delivery.state is DeliveryState.WAITING and self.delivery.tries
        return from_ms(self.delivery.due_ms) if is_again else None


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt; `answer` is empty for those who may not see it."""

    attempt: AttemptInfo
    may_manage: bool

    @property
    def mark(self) -> str:
        marks = {
            AttemptResult.DELIVERED: "ok",
            AttemptResult.FAILED: "bad",
            AttemptResult.INTERRUPTED: "late",
        }
        return marks.get(self.attempt.result, "off")

    @property
    def started_at(self) -> datetime:
        return from_ms(self.attempt.started_ms)

    @property
    def answer(self) -> str:
        return self.attempt.answer if self.may_manage else ""


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """The log. `states` are label, address, whether it is the one shown; `counts` those of 24 hours."""

    query: Query
    lines: Sequence[DeliveryLine]
    states: Sequence[tuple[str, str, bool]]
    counts: Mapping[str, int]
    failing: Sequence[ChannelLine] = ()
    channels: int = 0
    next_url: str | None = None
    first_url: str | None = None
    may_add: bool = False
    show_tenant: bool = True


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One delivery with all that is known of it. `why_not` says why it cannot be sent again."""

    line: DeliveryLine
    attempts: Sequence[AttemptLine]
    body: str
    may_send: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How a test went."""

    is_delivered: bool
    text: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """One channel with its newest deliveries, and the signing secret where it was just made."""

    line: ChannelLine
    recent: Sequence[DeliveryLine]
    secret: str = ""
    is_new: bool = False
    told: Told | None = field(default=None)


def body_text(delivery: DeliveryInfo) -> str:
    """What is sent, for people to read."""
    return orjson.dumps(delivery.body, option=orjson.OPT_INDENT_2).decode()


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
