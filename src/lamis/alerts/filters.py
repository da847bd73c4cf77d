"""Filters as people write them: in a URL, in a form, on the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lamis.alerts.types import Filter


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a filter as a screen shows it; `without` is the query string that drops it."""

    name: str
    value: str
    without: str


def parse_filter(params: Mapping[str, Sequence[str]], *, now: datetime) -> Filter:
    """Read a filter; unknown names are left alone, empty values are no filter.

    Raises Invalid, with the field's name and the cure.
    """
    raise NotImplementedError


def query_string(wanted: Filter) -> str:
    """The filter as a URL's query string, without `?`; absolute times."""
    raise NotImplementedError


def chips(wanted: Filter) -> list[Chip]:
    raise NotImplementedError
