"""The filter of a list of alerts as it stands in the address: its names, its words, its chips. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from lamis.views.links import Query

RANGES: Mapping[str, str] = {
    "1h": "Last hour",
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "all": "All time",
}
DEFAULT_RANGE = "24h"

# Every filter of the address and its word on a chip; `range` has a menu of its own.
WORDS: Mapping[str, str] = {
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
    "unreadable": "unreadable",
    "since": "from",
    "until": "until",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    name: str
    value: str
    remove_url: str


def chips(query: Query, names: Mapping[str, Mapping[str, str]] | None = None) -> tuple[Chip, ...]:
    """The active filters in the order of WORDS; `names` turns ids into words, per filter."""
    known = names or {}
    return tuple(
        Chip(word, known.get(name, {}).get(value, value), query.without(name, value))
        for name, word in WORDS.items()
        for value in query.values(name)
        if value
    )


def clear_url(query: Query) -> str:
    """The address with every filter gone; the range of time stays."""
    return query.only(("range",))


def range_label(query: Query) -> str:
    """The span of time shown, in words."""
    if query.value("since") or query.value("until"):
        return "Chosen times"
    return RANGES.get(query.value("range"), RANGES[DEFAULT_RANGE])


def range_url(query: Query, key: str) -> str:
    """The address with another span of time; times that were typed give way."""
    kept = tuple(pair for pair in query.pairs if pair[0] not in ("since", "until"))
    return Query(query.path, kept).narrow("range", key)
