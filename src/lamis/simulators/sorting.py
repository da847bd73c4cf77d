"""Putting selected documents in the order a search asks for, and going on after a page."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from lamis.simulators.documents import Document, Index
from lamis.simulators.query import Selection, field_values
from lamis.simulators.refusals import bad_request

MISSING_LONG = (1 << 63) - 1
_TIME = "@timestamp"
_WHOLE = frozenset({"@timestamp", "_doc", "_shard_doc", "_seq_no"})


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort."""

    field: str
    descending: bool = False


class Order:
    """A sort over some indexes: the order, the sort values told with each hit, and where to go on."""

    def __init__(self, keys: Sequence[SortKey], indexes: Sequence[Index]) -> None:
        self.keys = keys or [SortKey("_doc")]
        self._place = {index.name: place for place, index in enumerate(indexes)}

    def values(self, document: Document) -> list[Any]:
        """The sort values of a document, as told in its hit."""
        return [self._value(document, key) for key in self.keys]

    def documents(
        self, indexes: Sequence[Index], selection: Selection, after: list[Any] | None
    ) -> Iterator[Document]:
        """The selected documents in order, those up to and including `after` left out.

        A leading time is walked lazily, so that a page costs what it holds and not what is behind it.
        """
        if after is not None and len(after) != len(self.keys):
            raise bad_request(
                f"search_after has {len(after)} value(s) but sort has {len(self.keys)}.",
                "illegal_argument_exception",
            )
        if self.keys[0].field == _TIME:
            ordered = self._by_time(indexes, self._from_after(selection, after))
        else:
            found = (document for index in indexes for document in selection.pick(index))
            ordered = iter(sorted(found, key=self._comparable))
        if after is None:
            return ordered
        mark = [_rank(value, key) for value, key in zip(after, self.keys, strict=True)]
        return (document for document in ordered if mark < self._comparable(document))

    def _by_time(self, indexes: Sequence[Index], selection: Selection) -> Iterator[Document]:
        key = self.keys[0]
        walks = [selection.pick(index, backwards=key.descending) for index in indexes]

        def when(document: Document) -> tuple[bool, int]:
            time_ms = document.time_ms or 0
            return document.time_ms is None, -time_ms if key.descending else time_ms

        for _, group in groupby(heapq.merge(*walks, key=when), key=when):
            yield from sorted(group, key=self._comparable)

    def _from_after(self, selection: Selection, after: list[Any] | None) -> Selection:
        if after is None or not isinstance(after[0], int) or after[0] == MISSING_LONG:
            return selection
        seen = Selection(upper=after[0] + 1) if self.keys[0].descending else Selection(lower=after[0])
        return selection.both(seen)

    def _comparable(self, document: Document) -> list[Any]:
        return [_rank(self._value(document, key), key) for key in self.keys]

    def _value(self, document: Document, key: SortKey) -> Any:
        match key.field:
            case "_doc" | "_shard_doc":
                place = self._place[document.index] * 3 + document.shard
                return place << 32 | document.seq_no
            case "_seq_no":
                return document.seq_no
            case "_score":
                return 1.0
            case "@timestamp":
                return -MISSING_LONG if document.time_ms is None and key.descending else _or_last(document)
        found = field_values(document, key.field)
        return min(found, key=str) if found else None


def _or_last(document: Document) -> int:
    return MISSING_LONG if document.time_ms is None else document.time_ms


def _rank(value: Any, key: SortKey) -> Any:
    if key.field in _WHOLE:
        return -int(value) if key.descending else int(value)
    if key.field == "_id" and not key.descending:
        return str(value)
    return _Side(value, key.descending)


class _Side:
    """A sort value that knows its direction; a missing one is last in both."""

    __slots__ = ("descending", "value")

    def __init__(self, value: Any, descending: bool) -> None:
        self.value = value
        self.descending = descending

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Side) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: "_Side") -> bool:
        if self.value is None or other.value is None:
            return self.value is not None
        mine, theirs = (other.value, self.value) if self.descending else (self.value, other.value)
        if type(mine) is not type(theirs) and not (_is_number(mine) and _is_number(theirs)):
            return str(mine) < str(theirs)
        return bool(mine < theirs)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def parse_sort(sort: object, *, may_shard_doc: bool) -> list[SortKey]:
    """The keys of a `sort`. Raises the engine's 400, also for `_shard_doc` where it is not known."""
    if sort is None:
        return []
    items = sort if isinstance(sort, list) else [sort]
    keys = [_sort_key(item) for item in items]
    for key in keys:
        if key.field == "_shard_doc" and not may_shard_doc:
            raise bad_request(
                "No mapping found for [_shard_doc] in order to sort on", "query_shard_exception"
            )
    return keys


def _sort_key(item: object) -> SortKey:
    if isinstance(item, str):
        field, _, direction = item.partition(":")
        return SortKey(field, direction == "desc")
    if not isinstance(item, dict) or len(item) != 1:
        raise bad_request("malformed sort format")
    ((field, how),) = item.items()
    direction = how.get("order", "asc") if isinstance(how, dict) else how
    if direction not in ("asc", "desc"):
        raise bad_request(f"No enum constant SortOrder [{direction}]", "illegal_argument_exception")
    return SortKey(field, direction == "desc")
