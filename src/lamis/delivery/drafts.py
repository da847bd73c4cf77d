"""What a person typed about a channel, checked: forms, JSON bodies and the command line end here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from lamis.alerts.types import Severity
from lamis.base.errors import Invalid
from lamis.base.http import node_of
from lamis.base.names import NAME_LENGTH, checked_name, is_visible
from lamis.base.tls import policy
from lamis.delivery.types import PER_HOUR, ChannelKind, Notable, Security

_Word = TypeVar("_Word", ChannelKind, Security)
_USUAL = (Notable.OPENED, Notable.REOPENED)
MOST_PER_HOUR = 1000
MOST_RECIPIENTS = 20
PORTS: Mapping[Security, int] = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252})|[0-9A-Fa-f:]{2,45}")


@dataclass(frozen=True, slots=True)
class WebhookDraft:
    """`url` None keeps the stored one."""

    url: str | None = field(repr=False)
    ca_pem: str | None = None


@dataclass(frozen=True, slots=True)
class MailDraft:
    """`password` None keeps the stored one, as long as it goes to the same server in the same way."""

    host: str
    port: int
    security: Security
    sender: str
    recipients: tuple[str, ...]
    username: str = ""
    password: str | None = field(default=None, repr=False)
    ca_pem: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelDraft:
    """A checked wish for one channel."""

    name: str
    kind: ChannelKind
    target: WebhookDraft | MailDraft
    min_severity: Severity = Severity.HIGH
    events: tuple[Notable, ...] = _USUAL
    per_hour: int = PER_HOUR


def parse_channel(values: Mapping[str, object]) -> ChannelDraft:
    """Check `values`; absent and blank are the same. Raises Invalid with the field's name and the cure.

    `events` holds words such as "opened"; `recipients` is a list, or one text with commas or lines.
    """
    kind = _one_of(ChannelKind, values, "kind", "Choose webhook or smtp.")
    return ChannelDraft(
        name=checked_name(_text(values, "name", most=NAME_LENGTH, needed="Give the channel a name.")),
        kind=kind,
        target=_webhook(values) if kind is ChannelKind.WEBHOOK else _mail(values),
        min_severity=_severity(values),
        events=_events(values),
        per_hour=_number(values, "per_hour", low=1, high=MOST_PER_HOUR) or PER_HOUR,
    )


def place_of_url(url: str) -> str:
    """The host a webhook goes to, as it may be shown: paths and queries often hold a token."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _webhook(values: Mapping[str, object]) -> WebhookDraft:
    url = _text(values, "url", most=2000)
    if url:
        _check_url(url)
    return WebhookDraft(url or None, _ca(values))


def _check_url(url: str) -> None:
    cure = "Give the whole address, such as https://hooks.example/lamis."
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"https", "http"} and bool(parts.hostname)
        port = parts.port
    except ValueError as error:
        raise Invalid(f"This is not an address. {cure}", field="url") from error
    if not is_whole or port == 0 or any(letter <= " " or letter == "\x7f" for letter in url):
        raise Invalid(f"This is not an address of http or https. {cure}", field="url")
    node_of(url)
    if parts.fragment:
        raise Invalid("Leave out what follows the #; it is never sent.", field="url")


def _mail(values: Mapping[str, object]) -> MailDraft:
    security = _one_of(Security, values, "security", "Choose starttls, tls or none.", default="starttls")
    host = _text(values, "host", most=253, needed="Name the mail server, such as mail.example.")
    if not _HOST.fullmatch(host):
        raise Invalid("This is not the name or address of a server; leave scheme and port out.", field="host")
    username = _text(values, "username", most=200)
    if not is_visible(username):  # a NUL would end it where the server takes it apart
        raise Invalid("Line breaks and control characters are not possible here.", field="username")
    password = _password(values)
    if username and security is Security.NONE:
        raise Invalid("A password is not sent without TLS; choose STARTTLS or TLS.", field="security")
    return MailDraft(
        host=host,
        port=_number(values, "port", low=1, high=65_535) or PORTS[security],
        security=security,
        sender=_address(_text(values, "sender", most=320, needed="Give the sender's address."), "sender"),
        recipients=_recipients(values),
        username=username,
        password=password,
        ca_pem=_ca(values),
    )


def _password(values: Mapping[str, object]) -> str | None:
    password = str(values.get("password") or "")
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in password):
        raise Invalid("It holds a sign that cannot be sent (such as NUL); type it again.", field="password")
    return password or None


def _recipients(values: Mapping[str, object]) -> tuple[str, ...]:
    given = _listed(values, "recipients")
    found = tuple(dict.fromkeys(_address(each, "recipients") for each in given))
    if not found:
        raise Invalid("Name at least one recipient.", field="recipients")
    if len(found) > MOST_RECIPIENTS:
        raise Invalid(
            f"At most {MOST_RECIPIENTS} recipients; use a list of the mail server.", field="recipients"
        )
    return found


def _address(text: str, field_name: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise Invalid(f"“{text[:80]}” is not a mail address, such as soc@example.org.", field=field_name)
    return text


def _events(values: Mapping[str, object]) -> tuple[Notable, ...]:
    if "events" not in values:
        return _USUAL
    given = _listed(values, "events")
    known = {each.word: each for each in Notable}
    wrong = next((each for each in given if each not in known), None)
    if wrong is not None:
        raise Invalid(f"“{wrong[:40]}” is none of: {', '.join(known)}.", field="events")
    if not given:
        raise Invalid("Choose at least one thing to be told of.", field="events")
    return tuple(known[word] for word in known if word in given)


def _severity(values: Mapping[str, object]) -> Severity:
    word = _text(values, "min_severity") or Severity.HIGH.word
    found = next((each for each in Severity if each.word == word), None)
    if found is None:
        raise Invalid("Choose low, medium, high or critical.", field="min_severity")
    return found


def _ca(values: Mapping[str, object]) -> str | None:
    pem = _text(values, "ca_pem", most=100_000)
    if not pem:
        return None
    if "PRIVATE KEY" in pem:
        raise Invalid("Certificates are shown again: leave the private key out.", field="ca_pem")
    try:
        policy(ca_pem=pem)
    except Invalid as error:
        raise Invalid(error.message, field="ca_pem") from error
    return pem


def _listed(values: Mapping[str, object], name: str) -> list[str]:
    value = values.get(name) or ()
    if isinstance(value, str):
        value = re.split(r"[,;\n]", value)
    if not isinstance(value, Sequence) or isinstance(value, bytes) or len(value) > 1000:
        raise Invalid("Give a list.", field=name)
    return [text for each in value if (text := str(each).strip())]


def _text(values: Mapping[str, object], name: str, *, most: int = 500, needed: str = "") -> str:
    value = values.get(name)
    text = "" if value is None else str(value).strip()
    if not text and needed:
        raise Invalid(needed, field=name)
    if len(text) > most:
        raise Invalid(f"At most {most} characters are possible here.", field=name)
    return text


def _number(values: Mapping[str, object], name: str, *, low: int, high: int) -> int | None:
    text = _text(values, name, most=20)
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise Invalid(f"Give a whole number from {low} to {high}.", field=name)
    return number


def _one_of(
    kind: type[_Word], values: Mapping[str, object], name: str, cure: str, *, default: str = ""
) -> _Word:
    word = _text(values, name, most=20) or default
    try:
        return kind(word)
    except ValueError as error:
        raise Invalid(cure, field=name) from error
