"""The form of a channel: what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lamis.alerts.types import Severity
from lamis.delivery.types import PER_HOUR, ChannelKind, Notable, Security
from lamis.web.forms import Form

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
class ChannelForm:
    """`values` hold no secrets; `kept` holds those typed before, sealed. `channel_id` is empty for a new one.

    `place` is where a stored channel leads.
    """

    kind: ChannelKind
    values: Mapping[str, str]
    events: Sequence[str]
    action: str
    channel_id: str = ""
    channel_name: str = ""
    place: str = ""
    tenants: Sequence[tuple[str, str]] = ()
    tenant_id: str = ""
    kept: str = ""
    kept_names: frozenset[str] = frozenset()
    error: str = ""
    wrong_field: str = ""

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error_of(self, name: str) -> str:
        return self.error if self.wrong_field == name else ""

    @property
    def general_error(self) -> str:
        """The error where it belongs to no field of this form."""
        return "" if self.wrong_field in {*_TEXTS, *SECRETS, "events", "tenant"} else self.error

    @property
    def is_webhook(self) -> bool:
        return self.kind is ChannelKind.WEBHOOK

    def hint_of(self, name: str) -> str:
        """What leaving a secret blank means here."""
        if name in self.kept_names:
            return "What you typed is kept; type again only to change it."
        return "Blank keeps the stored one." if self.channel_id else ""


def typed(form: Form) -> dict[str, object]:
    """What was typed, named as drafts take it."""
    values: dict[str, object] = {name: form.text(name) for name in _TEXTS}
    return values | {"password": form.raw("password"), "events": list(form.values("events"))}


def shown(values: Mapping[str, object]) -> dict[str, str]:
    """`values` as the form shows them again: lists as lines, no secrets."""
    return {
        name: "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for name, value in values.items()
        if value is not None and name not in SECRETS
    }


def chosen(values: Mapping[str, object]) -> list[str]:
    """The events that are ticked."""
    events = values.get("events")
    return [str(each) for each in events] if isinstance(events, list | tuple) else []
