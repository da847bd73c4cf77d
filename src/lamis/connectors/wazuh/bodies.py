"""The bodies of our searches. None filters `_source`: that would change its bytes."""

from collections.abc import Collection, Sequence
from typing import Any

from lamis.base.clock import iso_ms
from lamis.connections.types import Span
from lamis.connectors.wazuh.times import FIRST_MS, LAST_MS

_TIME = "@timestamp"
_DATED: dict[str, Any] = {"exists": {"field": _TIME}}


def within(span: Span, *, level_floor: int | None) -> dict[str, Any]:
    """The query of the documents of `span`."""
    return _all([_time(span), *_floor(level_floor)])


def documents(query: dict[str, Any], *, size: int, with_source: bool = True) -> dict[str, Any]:
    """A page of documents in the order that costs the indexer least."""
    body: dict[str, Any] = {"size": size, "track_total_hits": True, "query": query, "sort": ["_doc"]}
    return body if with_source else body | {"_source": False}


def ids_after(query: dict[str, Any], after: Sequence[Any] | None, *, size: int) -> dict[str, Any]:
    """A page of ids in an order that has no ties, going on after the sort values of the last hit."""
    body = documents(query, size=size, with_source=False)
    body["sort"] = [{"_id": "asc"}, {"_index": "asc"}]
    return body if after is None else body | {"search_after": list(after)}


def named(query: dict[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """What of `query` has one of these ids."""
    return _all([query, {"ids": {"values": list(ids)}}])


def counts(spans: Sequence[Span], *, level_floor: int | None, marked: Collection[int] = ()) -> dict[str, Any]:
    """One request that counts every span; the whole is bounded so that shards of other days are skipped.

    The mark of a span, of those at the places `marked`, is the sum of its documents' sequence numbers: a
    document that takes the place of another always has a higher one.
    """
    filters = {str(place): _time(span) for place, span in enumerate(spans)}
    aggs: dict[str, Any] = {"spans": {"filters": {"filters": filters}}}
    if marked:
        chosen = {str(place): filters[str(place)] for place in marked}
        sums = {"mark": {"sum": {"field": "_seq_no"}}}
        aggs["marks"] = {"filters": {"filters": chosen}, "aggs": sums}
    return {
        "size": 0,
        "track_total_hits": True,
        "query": _all([*_hull(spans), *_floor(level_floor)]),
        "aggs": aggs,
    }


def bounds(query: dict[str, Any]) -> dict[str, Any]:
    """The total, and the oldest and newest time."""
    aggs = {"oldest": {"min": {"field": _TIME}}, "newest": {"max": {"field": _TIME}}}
    return {"size": 0, "track_total_hits": True, "query": query, "aggs": aggs}


def everything(*, level_floor: int | None = None) -> dict[str, Any]:
    """The query of all documents."""
    return _all(_floor(level_floor))


def newest_document() -> dict[str, Any]:
    """The newest document, whose shape tells the generation."""
    order = [{_TIME: {"order": "desc", "unmapped_type": "date"}}]
    return {"size": 1, "track_total_hits": True, "query": {"match_all": {}}, "sort": order}


def _all(clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"filter": clauses}} if clauses else {"match_all": {}}


def _floor(level: int | None) -> list[dict[str, Any]]:
    return [] if level is None else [{"range": {"rule.level": {"gte": level}}}]


def _time(span: Span) -> dict[str, Any]:
    if span.undated:
        return {"bool": {"must_not": [_DATED]}}
    limits = _limits(span.from_ms, span.to_ms)
    if not limits:
        return _DATED
    return {"range": {_TIME: {**limits, "format": "strict_date_optional_time||epoch_millis"}}}


def _limits(from_ms: int | None, to_ms: int | None) -> dict[str, str]:
    """Bounds as text: older engines take no negative epoch, ISO has four digits for the year."""
    limits = {}
    if from_ms is not None and from_ms > FIRST_MS:
        limits["gte"] = _moment(from_ms)
    if to_ms is not None:
        limits["lt"] = _moment(max(to_ms, FIRST_MS))
    return limits


def _moment(ms: int) -> str:
    return iso_ms(ms) if ms <= LAST_MS else str(ms)


def _hull(spans: Sequence[Span]) -> list[dict[str, Any]]:
    if not spans or any(span.undated for span in spans):
        return []
    begins = [span.from_ms for span in spans]
    ends = [span.to_ms for span in spans]
    first = None if None in begins else min(begin for begin in begins if begin is not None)
    last = None if None in ends else max(end for end in ends if end is not None)
    return [_time(Span(first, last))]
