"""The form of a channel: what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lamis.alerts.types import Severity
from lamis.delivery.types import PER_HOUR, ChannelKind, Notable, Security
from lamis.web.forms import FilledForm, Form

SECRETS = ("url", "password")
_TEXTS = (
    "name",
    "url",
    "ca_pem",
    "host",
    "port",
    "security",
    "username",
    "sender",
    "recipients",
    "min_severity",
    "per_hour",
)
DEFAULTS: Mapping[str, object] = {
    "security": Security.STARTTLS.value,
    "min_severity": Severity.HIGH.word,
    "per_hour": PER_HOUR,
    "events": [Notable.OPENED.word, Notable.REOPENED.word],
}
SECURITIES = (
    (Security.STARTTLS.value, "STARTTLS", "begins plain and becomes TLS, usually port 587"),
    (Security.TLS.value, "TLS", "from the first byte, usually port 465"),
    (Security.NONE.value, "None", "anybody in between can read the mail: only within one machine"),
)
SEVERITIES = tuple((each.word, each.word.capitalize()) for each in sorted(Severity, reverse=True))
EVENTS = (
    (Notable.OPENED.word, "opened", "something new"),
    (Notable.REOPENED.word, "reopened", "it came back within the quiet time"),
    (Notable.ACKNOWLEDGED.word, "acknowledged", "somebody looks at it"),
    (Notable.CLOSED.word, "closed", "somebody is done with it"),
)


@dataclass(frozen=True, slots=True)
class ChannelForm(FilledForm):
    """`channel_id` is empty for a new one; `place` is where a stored channel leads."""

    FIELDS: ClassVar[frozenset[str]] = frozenset({*_TEXTS, *SECRETS, "events"})
    kind: ChannelKind
    events: Sequence[str]
    channel_id: str = ""
    channel_name: str = ""
    place: str = ""

    @property
    def is_webhook(self) -> bool:
        return self.kind is ChannelKind.WEBHOOK

    def stores(self, _name: str) -> bool:
        return bool(self.channel_id)


def typed(form: Form) -> dict[str, object]:
    """What was typed, named as drafts take it."""
    values: dict[str, object] = {name: form.text(name) for name in _TEXTS}
    return values | {"password": form.raw("password"), "events": list(form.values("events"))}


def chosen(values: Mapping[str, object]) -> list[str]:
    """The events that are ticked."""
    events = values.get("events")
    return [str(each) for each in events] if isinstance(events, list | tuple) else []
