"""The filter of a list of alerts as it stands in the address: its names, its words, its chips. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from lamis.views.links import Query

# Values of `from`, the start of the time shown; without one it is DEFAULT_RANGE.
RANGES: Mapping[str, str] = {
    "1h": "Last hour",
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "2000-01-01": "All time",
}
DEFAULT_RANGE = "24h"

# Every filter of the address (`alerts.filters` reads them) and its word on a chip.
WORDS: Mapping[str, str] = {
    "q": "text",
    "text": "text",
    "severity": "severity",
    "level": "level at least",
    "tenant": "tenant",
    "connection": "source",
    "rule": "rule",
    "group": "group",
    "device": "device",
    "address": "address",
    "user": "user",
    "mitre": "MITRE",
    "incident": "incident",
    "unreadable": "unreadable",
    "from": "from",
    "to": "until",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    name: str
    value: str
    remove_url: str


def chips(
    query: Query,
    names: Mapping[str, Mapping[str, str]] | None = None,
    *,
    words: Mapping[str, str] = WORDS,
) -> tuple[Chip, ...]:
    """The active filters in the order of `words`; `names` turns ids into words, per filter."""
    known = names or {}
    return tuple(
        Chip(word, known.get(name, {}).get(value, value), query.without(name, value))
        for name, word in words.items()
        for value in query.values(name)
        if value and not (name == "from" and value in RANGES)
    )


def clear_url(query: Query) -> str:
    """The address with every filter gone; the range of time stays."""
    return query.only(("from",)) if query.value("from") in RANGES else query.path


def range_label(query: Query) -> str:
    """The span of time shown, in words."""
    start = query.value("from") or DEFAULT_RANGE
    return RANGES.get(start, "Chosen times") if not query.value("to") else "Chosen times"


def range_url(query: Query, start: str) -> str:
    """The address with another span of time; times that were typed give way."""
    kept = tuple(pair for pair in query.pairs if pair[0] != "to")
    return Query(query.path, kept).narrow("from", start)


def range_links(query: Query) -> tuple[tuple[str, str, bool], ...]:
    """The menu of spans: label, address, whether it is the one shown."""
    shown = range_label(query)
    return tuple((label, range_url(query, start), label == shown) for start, label in RANGES.items())
