"""Filters as people write them: in a URL, in a form, on the command line."""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network

from lamis.alerts.rules import match_expression
from lamis.alerts.types import Filter, IPNetwork, Severity
from lamis.base.errors import Invalid
from lamis.base.params import Params, listed, one

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PLAIN = ("rule", "group", "device", "user", "mitre", "incident")
_LONGEST = 512
_one = partial(one, most=_LONGEST)
NAMES = (
    "from",
    "to",
    "severity",
    "level",
    "tenant",
    "connection",
    "rule",
    "group",
    "device",
    "address",
    "user",
    "mitre",
    "incident",
    "q",
    "unreadable",
)


def parse_filter(params: Params, *, now: datetime) -> Filter:
    """Read a filter; unknown names are left alone, empty values are no filter.

    Times are ISO 8601 (UTC where no zone is named) or a span before `now` such as 30m, 24h, 7d.
    `severity`, `tenant` and `connection` may be repeated or separated by commas; tenants and connections are
    ids or names, an incident an id. `level` is the lowest. `q` (or `text`) holds words and quoted phrases
    that all must occur.
    Raises Invalid, with the field's name and the cure.
    """
    since, until = _time(params, "from", now), _time(params, "to", now)
    if since is not None and until is not None and since >= until:
        raise Invalid("The range ends before it begins; exchange its two times.", field="to")
    return Filter(
        since=since,
        until=until,
        severities=frozenset(severity_named(word) for word in listed(params, "severity")),
        min_level=_level(_one(params, "level")),
        tenant_ids=frozenset(listed(params, "tenant")),
        connection_ids=frozenset(listed(params, "connection")),
        network=_network(_one(params, "address")),
        text=_text(_one(params, "q") or _one(params, "text")),
        unreadable_only=(_one(params, "unreadable") or "no").lower() in ("1", "true", "yes", "on"),
        **{name: _one(params, name) for name in _PLAIN},
    )


def require_known(params: Params, *, own: Collection[str]) -> None:
    """Raise Invalid for a name that is neither a filter's nor one of `own`: a slip would widen the answer.

    Names that begin with an underscore are nobody's; some clients add one against caches.
    """
    for name in params:
        if name not in (*NAMES, "text", *own) and not name.startswith("_"):
            known = ", ".join((*NAMES, *own))
            raise Invalid(f"{name!r} is no parameter here; there are {known}.", field=name)


def require_text_index(wanted: Filter, *, is_kept: bool) -> None:
    """Raise Invalid for words to look for where no index of them is kept."""
    if wanted.text is not None and not is_kept:
        raise Invalid(
            "Text search is off here (LAMIS_TEXT_INDEX); take the words out and filter by device, rule or"
            " address.",
            field="q",
        )


def _time(params: Params, name: str, now: datetime) -> datetime | None:
    text = _one(params, name)
    if text is None:
        return None
    if text.lower() == "now":
        return now
    try:
        if ago := _AGO.fullmatch(text.lower()):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            f"{text!r} is not a time; write one like 2026-01-31T08:00 or a span like 24h or 7d.", field=name
        ) from None


def severity_named(word: str) -> Severity:
    """The severity of that word, whatever its case. Raises Invalid."""
    try:
        return Severity[word.upper()]
    except KeyError:
        words = ", ".join(severity.word for severity in Severity)
        raise Invalid(f"{word!r} is not a severity; use {words}.", field="severity") from None


def _level(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Invalid(f"{text!r} is not a level; use a whole number such as 7.", field="level")
    return int(text)


def _network(text: str | None) -> IPNetwork | None:
    if text is None:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise Invalid(
            f"{text!r} is not an address; write one like 192.0.2.7 or a network like 192.0.2.0/24.",
            field="address",
        ) from None


def _text(text: str | None) -> str | None:
    if text is not None and match_expression(text, None) is None:
        raise Invalid("There is no word to look for; write letters or digits.", field="q")
    return text
