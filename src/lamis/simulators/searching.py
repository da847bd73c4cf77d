"""Answering searches: one page of documents with its totals, shards and aggregations, as JSON bytes.

`_source` is spliced into the answer byte for byte as it was indexed, as the engine does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

import orjson

from lamis.simulators.aggregations import Aggregator
from lamis.simulators.documents import SHARDS, Document, Index
from lamis.simulators.query import EVERYTHING, Selection, compile_query
from lamis.simulators.refusals import bad_request
from lamis.simulators.sorting import Order, parse_sort

RESULT_WINDOW = 10_000
_KNOWN = {
    "_source", "aggregations", "aggs", "allow_partial_search_results", "from", "pit", "query",
    "search_after", "seq_no_primary_term", "size", "sort", "stored_fields", "terminate_after",
    "timeout", "track_scores", "track_total_hits", "version",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shards:
    """The `_shards` member. Unassigned shards are in `total` alone."""

    total: int
    failed: int = 0
    unassigned: int = 0

    def json(self) -> dict[str, object]:
        good = self.total - self.failed - self.unassigned
        answer: dict[str, object] = {
            "total": self.total,
            "successful": good,
            "skipped": 0,
            "failed": self.failed,
        }
        if self.failed:
            reason = {
                "type": "es_rejected_execution_exception",
                "reason": "rejected execution of QuerySearchRequest",
            }
            answer["failures"] = [{"shard": 0, "index": "", "node": "node-1", "reason": reason}]
        return answer


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an otherwise good answer. A short page has half of its hits, but never none."""

    timed_out: bool = False
    shards_failed: int = 0
    shards_unassigned: int = 0
    is_empty: bool = False
    is_short: bool = False
    total_off_by: int = 0

    def left(self, indexes: Sequence[Index]) -> Selection:
        """What is found all the same: a shard that failed, is missing or took too long shows nothing."""
        if not indexes or not (self.timed_out or self.shards_failed or self.shards_unassigned):
            return EVERYTHING
        lost = (indexes[-1].name, 0)
        return Selection(tests=(lambda one: (one.index, one.shard) != lost,))

    def shown(self, documents: Sequence[Document]) -> Sequence[Document]:
        """What of a page is told."""
        if self.is_empty:
            return []
        return documents[: -(-len(documents) // 2)] if self.is_short else documents


NO_FLAW = Flaw()


class Request:
    """A checked search body."""

    def __init__(self, body: dict[str, Any], *, now_ms: int, may_shard_doc: bool = False) -> None:
        if unknown := set(body) - _KNOWN:
            raise bad_request(f"Unknown key for a VALUE_STRING in [{sorted(unknown)[0]}].")
        self.now_ms = now_ms
        self.selection = compile_query(body.get("query"), now_ms=now_ms)
        self.size = _whole(body, "size", 10)
        self.offset = _whole(body, "from", 0)
        self.keys = parse_sort(body.get("sort"), may_shard_doc=may_shard_doc)
        self.is_sorted = body.get("sort") is not None
        self.after = body.get("search_after")
        self.source = body.get("_source", True)
        self.aggs: dict[str, Any] = body.get("aggs") or body.get("aggregations") or {}
        self.with_seq_no = bool(body.get("seq_no_primary_term"))
        self.track = body.get("track_total_hits", RESULT_WINDOW)
        self._check()

    def _check(self) -> None:
        if self.offset + self.size > RESULT_WINDOW:
            raise bad_request(
                f"Result window is too large, from + size must be less than or equal to: [{RESULT_WINDOW}] "
                f"but was [{self.offset + self.size}]. See the scroll api for a more efficient way to "
                "request large data sets. This limit can be set by changing the "
                "[index.max_result_window] index level setting.",
                "illegal_argument_exception",
            )
        if self.after is not None and not self.is_sorted:
            raise bad_request("Sort must contain at least one field.", "illegal_argument_exception")
        if self.after is not None and self.offset:
            raise bad_request(
                "`from` parameter must be set to 0 when `search_after` is used.",
                "action_request_validation_exception",
            )


def _whole(body: dict[str, Any], name: str, default: int) -> int:
    value = int(body.get(name, default))
    if value < 0:
        raise bad_request(
            f"[{name}] parameter cannot be negative, found [{value}]", "illegal_argument_exception"
        )
    return value


def find(request: Request, indexes: Sequence[Index], selection: Selection) -> tuple[list[Document], int]:
    """The documents of `selection` on the page asked for, and the exact total."""
    total = sum(selection.count(index) for index in indexes)
    if not request.size:
        return [], total
    ordered = Order(request.keys, indexes).documents(indexes, selection, request.after)
    return list(islice(ordered, request.offset, request.offset + request.size)), total


def answer(
    request: Request,
    indexes: Sequence[Index],
    *,
    within: Selection = EVERYTHING,
    flaw: Flaw = NO_FLAW,
    extra: dict[str, object] | None = None,
) -> bytes:
    """The answer to a search `within` what may be seen; `extra` are members such as `pit_id`."""
    selection = request.selection.both(within).both(flaw.left(indexes))
    documents, total = find(request, indexes, selection)
    aggregations = Aggregator(indexes, now_ms=request.now_ms).answer(request.aggs, selection)
    return page_bytes(request, documents, total, indexes, flaw=flaw, extra=extra, aggregations=aggregations)


def page_bytes(
    request: Request,
    documents: Sequence[Document],
    total: int,
    indexes: Sequence[Index],
    *,
    flaw: Flaw = NO_FLAW,
    extra: dict[str, object] | None = None,
    aggregations: dict[str, Any] | None = None,
) -> bytes:
    """A page that was already found, as bytes."""
    shards = len(indexes) * SHARDS
    told = Shards(shards, min(flaw.shards_failed, shards), min(flaw.shards_unassigned, shards)).json()
    head = {**(extra or {}), "took": 3, "timed_out": flaw.timed_out, "_shards": told}
    order = Order(request.keys, indexes)
    hits = b",".join(_hit(one, request, order) for one in flaw.shown(documents))
    top: bytes = orjson.dumps(_total(request, total + flaw.total_off_by))
    found = b'"hits":{' + (b'"total":' + top + b"," if request.track is not False else b"")
    found += b'"max_score":null,"hits":[' + hits + b"]}"
    parts = [orjson.dumps(head)[1:-1], found]
    if aggregations:
        parts.append(b'"aggregations":' + orjson.dumps(aggregations))
    return b"{" + b",".join(parts) + b"}"


def _total(request: Request, total: int) -> dict[str, object]:
    if request.track is True or total <= int(request.track):
        return {"value": total, "relation": "eq"}
    return {"value": int(request.track), "relation": "gte"}


def _hit(document: Document, request: Request, order: Order) -> bytes:
    head: dict[str, object] = {"_index": document.index, "_id": document.doc_id}
    if request.with_seq_no:
        head |= {"_seq_no": document.seq_no, "_primary_term": 1}
    head["_score"] = None if request.is_sorted else 1.0
    parts = [orjson.dumps(head)[1:-1]]
    if (source := shown_source(document, request.source)) is not None:
        parts.append(b'"_source":' + source)
    if request.is_sorted:
        parts.append(b'"sort":' + orjson.dumps(order.values(document)))
    return b"{" + b",".join(parts) + b"}"


def shown_source(document: Document, wanted: object) -> bytes | None:
    """The bytes of `_source`: as indexed, none, or cut to the named fields and so written anew."""
    if wanted is True or wanted in ("true", ""):
        return document.raw
    if wanted is False or wanted == "false":
        return None
    if isinstance(wanted, dict):
        wanted = wanted.get("includes", ["*"])
    patterns = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, list) else ["*"]
    return orjson.dumps(_cut(document.source(), patterns, ""))


def _cut(source: dict[str, Any], patterns: list[str], prefix: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in source.items():
        path = prefix + key
        if any(fnmatchcase(path, pattern) for pattern in patterns):
            kept[key] = value
        elif isinstance(value, dict) and (inner := _cut(value, patterns, path + ".")):
            kept[key] = inner
    return kept
