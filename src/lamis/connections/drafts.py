"""What a person typed about a connection, checked: forms, JSON bodies and import files end here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from lamis.base.errors import Invalid
from lamis.base.names import NAME_LENGTH, checked_name
from lamis.connections.types import FIREWALL_KINDS, ConnectionKind, Trust, TrustMode
from lamis.connections.types_firewall import DEFAULT_ALIAS

BACKFILLS = ("24h", "7d", "all")
POLL_S = (1, 3600)
_SCHEMES = ("https", "http")
_KEY = "PRIVATE KEY"
# Tables that the firewall itself fills or that have rules of its own.
_TAKEN_ALIASES = frozenset({"bogons", "bogonsv6", "sshlockout", "virusprot"})
_PROXIES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class ConnectionDraft:
    """A checked wish for one connection. What only sources or only firewalls have is as by default else.

    `password` and `client_key_pem` None keep what is stored (on a new connection: none).
    `proxy` equal to the shown one (without its password) keeps the stored one; None means no proxy.
    """

    name: str
    kind: ConnectionKind
    urls: tuple[str, ...]
    username: str = ""
    password: str | None = field(default=None, repr=False)
    trust: Trust = field(default_factory=Trust)
    client_cert_pem: str | None = None
    client_key_pem: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    index_pattern: str | None = None
    dashboard_url: str | None = None
    poll_s: int = 10
    level_floor: int | None = None
    backfill: str = "24h"
    alias: str | None = None
    may_create: bool = False


def parse_draft(values: Mapping[str, object]) -> ConnectionDraft:
    """Check `values`, named as in import files (and `level_floor`); absent and blank are the same.

    `urls` or `url` is one address, several on lines, or a list. Trust is `ca_pem`, else `fingerprint`,
    else `verify: false`, else the system's store; `trust` may name the mode. Raises Invalid with the
    field's name and the cure.
    """
    kind = _kind(_text(values, "kind") or ConnectionKind.WAZUH)
    return _firewall(values, kind) if kind in FIREWALL_KINDS else _source(values, kind)


def _source(values: Mapping[str, object], kind: ConnectionKind) -> ConnectionDraft:
    client_cert_pem = _pem(values, "client_cert", "CERTIFICATE")
    return ConnectionDraft(
        name=_name(values, needed="Give the source a name."),
        kind=kind,
        urls=_urls(values, what="the indexer", example="https://192.0.2.10:9200"),
        username=_text(values, "username", most=200),
        password=_secret(values, "password"),
        trust=_trust(values),
        client_cert_pem=client_cert_pem,
        client_key_pem=_client_key(values, has_certificate=client_cert_pem is not None),
        proxy=_proxy(values),
        index_pattern=_pattern(values),
        dashboard_url=_address(values, "dashboard_url", _SCHEMES, "https://wazuh.example"),
        poll_s=_number(values, "poll_s", low=POLL_S[0], high=POLL_S[1]) or 10,
        level_floor=_number(values, "level_floor", low=0, high=16),
        backfill=_backfill(_text(values, "backfill") or "24h"),
    )


def _firewall(values: Mapping[str, object], kind: ConnectionKind) -> ConnectionDraft:
    """A firewall's key may change what it lets through: it is sent encrypted only."""
    urls = _urls(values, what="the firewall", example="https://192.0.2.1")
    if not all(url.startswith("https://") for url in urls):
        raise Invalid("A firewall is reached by https only; write https://… here.", field="urls")
    return ConnectionDraft(
        name=_name(values, needed="Give the firewall a name."),
        kind=kind,
        urls=urls,
        username=_text(values, "username", most=200, needed="Give the API key."),
        password=_secret(values, "password"),
        trust=_trust(values),
        proxy=_proxy(values),
        alias=_alias(_text(values, "alias", most=31) or DEFAULT_ALIAS),
        may_create=_is_on(values.get("may_create")),
    )


def _alias(text: str) -> str:
    """Checked as OPNsense does: what it refuses would look like a missing alias."""
    is_plain = all(letter.isascii() and (letter.isalnum() or letter == "_") for letter in text)
    begins_well = text[0].isalpha() or (text[0] == "_" and len(text) > 1 and text[1] != "_")
    if not is_plain or not begins_well:
        raise Invalid(
            "An alias has up to 31 letters, digits and underscores, and begins with a letter, such as "
            f"{DEFAULT_ALIAS}.",
            field="alias",
        )
    if text.lower() in _TAKEN_ALIASES:
        raise Invalid(f"{text} belongs to the firewall itself; use an alias of its own.", field="alias")
    return text


def without_secrets(address: str) -> str:
    """`address` without user name and password, as it may be shown."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))


def _name(values: Mapping[str, object], *, needed: str) -> str:
    return checked_name(_text(values, "name", most=NAME_LENGTH, needed=needed))


def _text(values: Mapping[str, object], name: str, *, most: int = 500, needed: str | None = None) -> str:
    value = values.get(name)
    text = "" if value is None else str(value).strip()
    if not text and needed:
        raise Invalid(needed, field=name)
    if len(text) > most:
        raise Invalid(f"At most {most} characters are possible here.", field=name)
    if any(ord(letter) < 32 for letter in text):
        raise Invalid("Line breaks and control characters are not possible here.", field=name)
    return text


def _secret(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name)
    return None if value is None or value == "" else str(value)


def _kind(text: str) -> ConnectionKind:
    try:
        return ConnectionKind(text)
    except ValueError:
        known = ", ".join(ConnectionKind)
        raise Invalid(f"The kind {text!r} is not known; use one of: {known}.", field="kind") from None


def _urls(values: Mapping[str, object], *, what: str, example: str) -> tuple[str, ...]:
    given = values.get("urls") or values.get("url") or ()
    listed: Sequence[object] = given.split() if isinstance(given, str) else given  # type: ignore[assignment]
    if not isinstance(listed, list | tuple) or not listed:
        raise Invalid(f"Give the address of {what}, such as {example}.", field="urls")
    if len(listed) > 20:
        raise Invalid("At most 20 nodes of one deployment can be given.", field="urls")
    return tuple(dict.fromkeys(_url(str(item), what=what, example=example) for item in listed))


def _url(text: str, *, what: str, example: str) -> str:
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        port_fits = False
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or not parts.hostname or not port_fits:
        told = "This" if "@" in text else repr(text.strip())  # before @ there may be a password
        raise Invalid(f"{told} is not an address such as {example}.", field="urls")
    if parts.username is not None or parts.password is not None:
        raise Invalid("Put user name and password into their own fields, not into the address.", field="urls")
    if parts.query or parts.fragment:
        raise Invalid(f"The address of {what} has no ? or # part.", field="urls")
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, "", ""))  # one address, one spelling


def _proxy(values: Mapping[str, object]) -> str | None:
    return _address(values, "proxy", _PROXIES, "http://proxy.example:3128 or socks5://proxy.example:1080")


def _address(values: Mapping[str, object], name: str, schemes: Sequence[str], example: str) -> str | None:
    text = _text(values, name).rstrip("/")
    if not text:
        return None
    try:
        parts = urlsplit(text)
        fits = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise Invalid(f"This is not an address such as {example}.", field=name)
    return text


def _pattern(values: Mapping[str, object]) -> str | None:
    text = _text(values, "index_pattern")
    if any(letter in text for letter in ' "\\/?#<>|'):
        raise Invalid("An index pattern looks like wazuh-alerts-*; several are joined by commas.",
                      field="index_pattern")  # fmt: skip
    if any(not part.strip("*") or part == "_all" for part in text.split(",")) and text:
        raise Invalid("A part of it is empty or would match every index; name those of the alerts.",
                      field="index_pattern")  # fmt: skip
    return text or None


def _number(values: Mapping[str, object], name: str, *, low: int, high: int) -> int | None:
    text = _text(values, name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise Invalid(f"This must be a whole number from {low} to {high}.", field=name)
    return int(text)


def _backfill(text: str) -> str:
    if text not in BACKFILLS:
        raise Invalid(f"Choose how far to go back: {', '.join(BACKFILLS)}.", field="backfill")
    return text


def _pem(values: Mapping[str, object], name: str, what: str) -> str | None:
    given = f"{name}_pem" if values.get(f"{name}_pem") else name
    value = values.get(given)
    text = "" if value is None else str(value).strip().replace("\r\n", "\n")
    if not text:
        return None
    if "-----BEGIN " not in text or f"{what}-----" not in text:
        raise Invalid(f"This is not PEM text with a {what.lower()} in it.", field=given)
    if what != _KEY and f"{_KEY}-----" in text:
        raise Invalid("Certificates are shown again: leave the private key out of this field.", field=given)
    return text + "\n"


def _client_key(values: Mapping[str, object], *, has_certificate: bool) -> str | None:
    key = _pem(values, "client_key", _KEY)
    if key and not has_certificate:
        raise Invalid("Give the certificate that belongs to this key, too.", field="client_cert")
    return key


def _trust(values: Mapping[str, object]) -> Trust:
    mode = _text(values, "trust")
    if mode and mode not in set(TrustMode):
        raise Invalid(f"Choose one of: {', '.join(TrustMode)}.", field="trust")
    ca_pem = _pem(values, "ca", "CERTIFICATE") if mode in {"", TrustMode.CA} else None
    fingerprint = _fingerprint(values) if mode in {"", TrustMode.FINGERPRINT} else None
    if mode == TrustMode.NONE or (not mode and _is_off(values.get("verify"))):
        return Trust(TrustMode.NONE)
    if ca_pem:
        return Trust(TrustMode.CA, ca_pem=ca_pem)
    if fingerprint:
        return Trust(TrustMode.FINGERPRINT, fingerprint=fingerprint)
    if mode == TrustMode.CA:
        raise Invalid("Paste the certificate of the authority as PEM text.", field="ca_pem")
    if mode == TrustMode.FINGERPRINT:
        raise Invalid("Give the SHA-256 fingerprint of the certificate.", field="fingerprint")
    return Trust()


def _fingerprint(values: Mapping[str, object]) -> str | None:
    text = _text(values, "fingerprint").replace(":", "").replace(" ", "").lower()
    if not text:
        return None
    if len(text) != 64 or any(letter not in "0123456789abcdef" for letter in text):
        raise Invalid("A SHA-256 fingerprint has 64 hexadecimal digits.", field="fingerprint")
    return text


def _is_on(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "yes", "on", "1"})


def _is_off(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() in {"false", "no", "off", "0"})
