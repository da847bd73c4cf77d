"""Addresses that hold a page's whole state: a path and its query, with one thing changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus, urlencode

from lamis.base.errors import Invalid

PAGING = frozenset({"page", "cursor"})
MOST_PAIRS = 100


@dataclass(frozen=True, slots=True)
class Query:
    """The query of the page shown. A name may repeat; a change of filter leads back to page 1."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, path: str, query_string: str) -> "Query":
        """From the request; empty values (fields of a form left alone) and repeated pairs are dropped.

        Raises Invalid for very many: each link of a page holds them all.
        """
        pairs = tuple(dict.fromkeys(parse_qsl(query_string)))
        if len(pairs) > MOST_PAIRS:
            raise Invalid(f"This address holds more than {MOST_PAIRS} filters; take some of them away.")
        return cls(path, pairs)

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.pairs)}" if self.pairs else self.path

    def value(self, name: str) -> str:
        """The first value of `name`, or an empty string."""
        return next((value for key, value in self.pairs if key == name), "")

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.pairs if key == name)

    def narrow(self, name: str, value: object) -> str:
        """The address of this page with `name` set to `value` alone."""
        kept = tuple(pair for pair in self.pairs if pair[0] != name and pair[0] not in PAGING)
        return Query(self.path, (*kept, (name, str(value)))).url

    def narrowing(self, name: str) -> "Narrowing":
        """What `narrow` does to `name`, for a whole column of values."""
        return Narrowing(self.narrow(name, ""))

    def without(self, name: str, value: str | None = None) -> str:
        """The address of this page without `name`, or without that one value of it."""
        kept = tuple(
            (key, each)
            for key, each in self.pairs
            if key not in PAGING and not (key == name and value in (None, each))
        )
        return Query(self.path, kept).url

    def only(self, names: Iterable[str]) -> str:
        """The address with nothing but `names` kept."""
        wanted = frozenset(names)
        return Query(self.path, tuple(pair for pair in self.pairs if pair[0] in wanted)).url

    def at_page(self, page: int) -> str:
        """The address of another page of the same list."""
        kept = tuple(pair for pair in self.pairs if pair[0] not in PAGING)
        return Query(self.path, kept if page == 1 else (*kept, ("page", str(page)))).url

    def hidden(self, *, but: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """What a form on this page must carry along, leaving out its own fields."""
        own = frozenset(but) | PAGING
        return tuple(pair for pair in self.pairs if pair[0] not in own)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """An address that lacks but the value at its end."""

    start: str

    def __call__(self, value: str) -> str:
        return self.start + quote_plus(value)


def link(path: str, values: Mapping[str, object]) -> str:
    """`path` with those values that are set."""
    return Query(
        path, tuple((key, str(value)) for key, value in values.items() if value not in (None, ""))
    ).url
