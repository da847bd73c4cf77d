"""Reading a span of time completely: closed windows, split until each fits one vouched answer.

A window is asked for with its exact total. One that holds more than a page, or more bytes than a page may
have, is split in time with the counts of its parts. A single millisecond (or the documents without a time)
that still holds too many is read by ids: they are listed without their documents, then fetched in batches.
"""

from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lamis.base.errors import BadAnswer, ConnectorError, Refused
from lamis.base.http import BIG_BODY_BYTES, Answer, TooLarge
from lamis.connections.types import Count, Page, SourceDocument, Span, TestCode
from lamis.connectors.wazuh import bodies
from lamis.connectors.wazuh.answers import Hit, Search
from lamis.connectors.wazuh.client import IndexerClient, TooDeep

MOST_SPANS = 200
RESULT_WINDOW = 10_000
HUGE_BODY_BYTES = 64 << 20
_AIM_BYTES = BIG_BODY_BYTES // 2
_FRAME_BYTES = 64 << 10  # what an answer holds around the one document
_LEAST_WHEN_BUSY = 100
_SCROLL = "2m"
_MOST_EXACT = 1 << 53  # sums come as floating point numbers
_TOO_DEEP = "nested too deeply"
_TOO_HUGE = f"larger than {HUGE_BODY_BYTES >> 20} MB"

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Extent:
    """What a query finds: shards looked at, documents, the oldest and newest time."""

    shards: int
    total: int
    oldest_ms: int | None
    newest_ms: int | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the span that is still to be read; `count` where it is known."""

    span: Span
    count: int | None = None


# Yields pages, returns the pieces that are left.
_Reading = Generator[Page, None, list[_Piece]]


class Reader:
    """Reads spans of one index pattern; its page size adapts to what the indexer can give.

    `level_floor` leaves out what is below that level of a 4.x rule, for counting and reading alike.
    """

    def __init__(self, client: IndexerClient, *, level_floor: int | None) -> None:
        self._client = client
        self.level_floor = level_floor
        self._fitting = RESULT_WINDOW

    def extent(self, pattern: str, query: dict[str, Any]) -> Extent:
        """How much `query` finds, and from when to when."""
        with self._client.search(pattern, bodies.bounds(query)) as (found, answer):
            edges = [
                _whole(found.aggregations.get(name), where=answer.where) for name in ("oldest", "newest")
            ]
            return Extent(found.shards.total, found.hits.total.value, *edges)

    def count(self, pattern: str, spans: Sequence[Span], *, marked: Collection[int] = ()) -> list[Count]:
        """The exact number of documents in each of at most 200 spans, by one request."""
        if not spans:
            return []
        body = bodies.counts(spans, level_floor=self.level_floor, marked=marked)
        with self._client.search(pattern, body) as (found, answer):
            if not found.shards.total:
                return [Count(0, 0)] * len(spans)
            try:
                buckets = found.aggregations["spans"]["buckets"]
                marks = found.aggregations["marks"]["buckets"] if marked else {}
                places = map(str, range(len(spans)))
                return [Count(int(buckets[at]["doc_count"]), _mark(marks.get(at))) for at in places]
            except (KeyError, TypeError, ValueError) as error:
                raise BadAnswer(
                    f"{answer.where} did not count what was asked for.", code=TestCode.UNEXPECTED_ANSWER
                ) from error

    def read(self, pattern: str, span: Span, *, size: int) -> Iterator[Page]:
        """Yield the documents of `span`, the newest parts first; see `AlertSource.read`."""
        pile = [_Piece(span)]
        try:
            while pile:
                piece = pile.pop()
                wanted = min(size, self._fitting)
                if piece.count is not None and piece.count > wanted:
                    pile += yield from self._split(pattern, piece.span, size=size)
                elif piece.count != 0:
                    pile += yield from self._read_piece(pattern, piece, wanted)
        except Refused as error:
            if error.code == TestCode.BUSY:
                self._fitting = max(min(size, self._fitting) // 2, _LEAST_WHEN_BUSY)
            raise

    def _read_piece(self, pattern: str, piece: _Piece, wanted: int) -> _Reading:
        """Yield one page; returns what is to be tried again in smaller parts."""
        query = bodies.within(piece.span, level_floor=self.level_floor)
        is_alone = piece.count == 1
        limit = HUGE_BODY_BYTES + _FRAME_BYTES if is_alone else BIG_BODY_BYTES
        try:
            body = bodies.documents(query, size=wanted)
            with self._client.search(pattern, body, limit_bytes=limit) as (found, answer):
                total = found.hits.total.value
                if total > wanted:
                    return [_Piece(piece.span, total)]
                if len(found.hits.hits) != total:
                    raise _miscounted(answer.where, len(found.hits.hits), total)
                page = _page(found, answer)
                self._adapt(page)
                if page.documents:
                    yield page
                return []
        except (TooLarge, TooDeep) as error:
            if is_alone:
                yield self._unreadable(pattern, query, why=_why(error))
                return []
            count = piece.count or self.count(pattern, [piece.span])[0].number
            self._fitting = max(1, min(wanted, count) // 2)
            return [_Piece(piece.span, count)]

    def _unreadable(self, pattern: str, query: dict[str, Any], *, why: str) -> Page:
        """Name the one document of `query` that cannot be read."""
        body = bodies.documents(query, size=1, with_source=False)
        with self._client.search(pattern, body) as (found, answer):
            if found.hits.total.value != 1 or len(found.hits.hits) != 1:
                raise _miscounted(answer.where, len(found.hits.hits), found.hits.total.value)
            hit = found.hits.hits[0]
            return Page([SourceDocument(hit.index, hit.doc_id, None, why)])

    def _split(self, pattern: str, span: Span, *, size: int) -> _Reading:
        """Cut `span` into parts that fit; what no cut can part is read at once, by ids."""
        query = bodies.within(span, level_floor=self.level_floor)
        wanted = min(size, self._fitting)
        if span.undated:
            yield from self._read_by_ids(pattern, query, size=size)
            return []
        extent = self.extent(pattern, query)
        if extent.total <= wanted:
            return [_Piece(span, extent.total)]
        if extent.oldest_ms is None or extent.newest_ms is None:
            raise BadAnswer(
                f"{self._client.where} has documents whose @timestamp it does not tell; look at the mapping.",
                code=TestCode.UNEXPECTED_ANSWER,
                permanent=True,
            )
        if extent.oldest_ms == extent.newest_ms:
            yield from self._read_by_ids(pattern, query, size=size)
            return []
        parts = _cut(span, extent, wanted)
        counts = [one.number for one in self.count(pattern, parts)]
        return _merged(parts, counts, most=wanted)

    def _read_by_ids(self, pattern: str, query: dict[str, Any], *, size: int) -> Iterator[Page]:
        listed = total = 0
        for told, keys in self._listings(pattern, query):
            total, listed = told, listed + len(keys)
            yield from self._fetch(pattern, query, keys, size=size)
        if listed != total:
            raise _miscounted(self._client.where, listed, total)

    def _listings(self, pattern: str, query: dict[str, Any]) -> Iterator[tuple[int, list[_Key]]]:
        """The ids of `query` in batches, each with the total; by scroll, else in the order of ids."""
        scroll = self._scroll(pattern, query)
        try:
            first = next(scroll)
        except Refused as error:
            if error.code != TestCode.NOT_ALLOWED:
                raise
            yield from self._ids_in_order(pattern, query)
            return
        yield first
        yield from scroll

    def _scroll(self, pattern: str, query: dict[str, Any]) -> Iterator[tuple[int, list[_Key]]]:
        body = bodies.documents(query, size=RESULT_WINDOW, with_source=False)
        with self._client.search(pattern, body, scroll=_SCROLL) as (found, _):
            total, keys, scroll_id = found.hits.total.value, _keys(found.hits.hits), found.scroll_id
        try:
            listed = len(keys)
            yield total, keys
            while keys and listed < total and scroll_id:
                with self._client.go_on(scroll_id, scroll=_SCROLL) as (found, _):
                    keys, scroll_id = _keys(found.hits.hits), found.scroll_id or scroll_id
                listed += len(keys)
                yield total, keys
        finally:
            if scroll_id:
                with suppress(ConnectorError):
                    self._client.end_scroll(scroll_id)

    def _ids_in_order(self, pattern: str, query: dict[str, Any]) -> Iterator[tuple[int, list[_Key]]]:
        """For users who may not scroll. An empty page is the end; a short one is not."""
        after: Sequence[Any] | None = None
        while True:
            body = bodies.ids_after(query, after, size=RESULT_WINDOW)
            with self._client.search(pattern, body) as (found, _):
                total, hits = found.hits.total.value, found.hits.hits
                yield total, _keys(hits)
                if not hits:
                    return
                after = hits[-1].sort

    def _fetch(
        self, pattern: str, query: dict[str, Any], keys: Sequence[_Key], *, size: int
    ) -> Iterator[Page]:
        """Yield the documents of `keys`, halving batches that are too large down to one document."""
        start = 0
        while start < len(keys):
            batch = keys[start : start + min(size, self._fitting)]
            is_alone = len(batch) == 1
            limit = HUGE_BODY_BYTES + _FRAME_BYTES if is_alone else BIG_BODY_BYTES
            body = bodies.documents(
                bodies.named(query, sorted({doc_id for _, doc_id in batch})),
                size=RESULT_WINDOW,  # one id can stand in many indexes
            )
            try:
                with self._client.search(pattern, body, limit_bytes=limit) as (found, answer):
                    if len(found.hits.hits) < found.hits.total.value and not is_alone:
                        self._fitting = len(batch) // 2
                        continue
                    page = _page(found, answer, only=frozenset(batch))
                    if len(page.documents) != len(batch):
                        raise _miscounted(answer.where, len(page.documents), len(batch))
                    self._adapt(page)
                    yield page
            except (TooLarge, TooDeep) as error:
                if not is_alone:
                    self._fitting = len(batch) // 2
                    continue
                yield Page([SourceDocument(*batch[0], None, _why(error))])
            start += len(batch)

    def _adapt(self, page: Page) -> None:
        """Aim at pages well below the limit: a few sources that are behind must not fill the memory."""
        if page.size_bytes > _AIM_BYTES:
            self._fitting = max(1, len(page.documents) * _AIM_BYTES // page.size_bytes)
        elif page.size_bytes < _AIM_BYTES // 2:
            self._fitting = min(self._fitting * 2, RESULT_WINDOW)


def _mark(bucket: dict[str, Any] | None) -> int | None:
    mark = None if bucket is None else bucket.get("mark", {}).get("value")
    if isinstance(mark, int | float) and 0 <= mark <= _MOST_EXACT:
        return int(mark)
    return None


def _page(found: Search, answer: Answer, *, only: frozenset[_Key] | None = None) -> Page:
    """The page of an answer, each document copied; the answer's own bytes are let go."""
    documents = [_document(hit) for hit in found.hits.hits if only is None or (hit.index, hit.doc_id) in only]
    size_bytes = len(answer.body)
    answer.body = bytearray()
    return Page(documents, size_bytes)


def _document(hit: Hit) -> SourceDocument:
    raw = bytes(hit.source)
    if not raw:
        return SourceDocument(hit.index, hit.doc_id, None, "the source keeps no document (_source) for it")
    return SourceDocument(hit.index, hit.doc_id, raw)


def _why(error: TooLarge | TooDeep) -> str:
    return _TOO_HUGE if isinstance(error, TooLarge) else _TOO_DEEP


def _keys(hits: Sequence[Hit]) -> list[_Key]:
    return [(hit.index, hit.doc_id) for hit in hits]


def _cut(span: Span, extent: Extent, wanted: int) -> list[Span]:
    """Even parts of the time that `extent` fills; the outer ones reach as far as `span` does."""
    assert extent.oldest_ms is not None
    assert extent.newest_ms is not None
    width = extent.newest_ms + 1 - extent.oldest_ms
    number = min(MOST_SPANS, max(2, -(-2 * extent.total // wanted)), width)
    inner = [extent.oldest_ms + width * place // number for place in range(1, number)]
    edges = [span.from_ms, *inner, span.to_ms]
    return [Span(begin, end) for begin, end in pairwise(edges)]


def _merged(parts: Sequence[Span], counts: Sequence[int], *, most: int) -> list[_Piece]:
    """Neighbours joined while they fit in one page; empty ones left out."""
    pieces: list[_Piece] = []
    for span, count in zip(parts, counts, strict=True):
        last = pieces[-1] if pieces else None
        if last is not None and last.count is not None and last.count + count <= most:
            pieces[-1] = _Piece(Span(last.span.from_ms, span.to_ms), last.count + count)
        else:
            pieces.append(_Piece(span, count))
    return [piece for piece in pieces if piece.count]


def _miscounted(where: str, read: int, total: int) -> BadAnswer:
    return BadAnswer(
        f"{where} counts {total} documents but gave {read}; they changed meanwhile, it is asked again.",
        code=TestCode.UNEXPECTED_ANSWER,
    )


def _whole(aggregation: Any, *, where: str) -> int | None:
    value = aggregation.get("value") if isinstance(aggregation, dict) else None
    if value is None:
        return None
    if not isinstance(value, int | float):
        raise BadAnswer(f"{where} told no time where one was asked for.", code=TestCode.UNEXPECTED_ANSWER)
    return int(value)
