"""The ability `alerts` of a Wazuh indexer: the port `AlertSource`, put together."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import httpx

from lamis.base.egress import Resolve, lookup
from lamis.base.errors import Refused
from lamis.connections.types import (
    Count,
    Endpoint,
    Generation,
    Identity,
    Page,
    Span,
    TestCode,
    TestResult,
)
from lamis.connectors.wazuh import bodies
from lamis.connectors.wazuh.answers import Root
from lamis.connectors.wazuh.client import IndexClosed, IndexerClient
from lamis.connectors.wazuh.identity import PATTERNS, clock_of, find_target, identity_of, readable_root
from lamis.connectors.wazuh.pages import MOST_SPANS, RESULT_WINDOW, Reader
from lamis.connectors.wazuh.probe import Probe


class WazuhAlerts:
    """Reads the alerts of one Wazuh deployment; see `connections.types.AlertSource`."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        generation: Generation | None = None,
        transport: httpx.BaseTransport | None = None,
        resolve: Resolve = lookup,
    ) -> None:
        """`transport` and `resolve` stand in for the network in tests. Raises Invalid."""
        self._endpoint = endpoint
        self._generation = generation
        self._client = IndexerClient(endpoint, transport=transport, resolve=resolve)
        self._reader = Reader(self._client, level_floor=endpoint.level_floor)
        self._known_root: tuple[Root | None] | None = None
        self._known_pattern = endpoint.index_pattern
        if generation:
            self._settle(endpoint.index_pattern or PATTERNS[generation], generation)

    def test(self, *, now: datetime) -> TestResult:
        return Probe(self._client, self._reader, self._endpoint, self._generation).run(now=now)

    def identify(self) -> Identity:
        root = readable_root(self._client)
        self._known_root = (root,)
        return identity_of(self._client, root)

    def clock(self) -> datetime | None:
        if self._known_root is None:
            self._known_root = (readable_root(self._client),)
        return clock_of(self._client, self._known_root[0], self._pattern())

    def count(self, spans: Sequence[Span], *, marked: Collection[int] = ()) -> list[Count]:
        """With marks for 4.x only: a finding of 5.x is changed there while a person works on it."""
        if len(spans) > MOST_SPANS:
            raise ValueError(f"at most {MOST_SPANS} spans are counted at once")
        pattern = self._pattern()
        return self._reader.count(pattern, spans, marked=marked if self._generation is Generation.V4 else ())

    def read(self, span: Span, *, size: int) -> Iterator[Page]:
        if not 1 <= size <= RESULT_WINDOW:
            raise ValueError(f"a page has 1 to {RESULT_WINDOW} documents")
        return self._reader.read(self._pattern(), span, size=size)

    def bounds(self) -> tuple[int, int] | None:
        pattern = self._pattern()
        query = bodies.everything(level_floor=self._reader.level_floor)
        extent = self._reader.extent(pattern, query)
        if extent.oldest_ms is None or extent.newest_ms is None:
            return None
        return extent.oldest_ms, extent.newest_ms

    def has_index(self, index: str) -> bool:
        """Asked by a search, which a reader of least privilege may do; index metadata it may not."""
        try:
            with self._client.search(index, bodies.documents(bodies.everything(), size=0)):
                return True
        except IndexClosed:
            return True
        except Refused as error:
            if error.code == TestCode.NO_INDEX:
                return False
            raise

    def has_documents(self, pairs: Sequence[tuple[str, str]]) -> int:
        wanted = frozenset(pairs)
        if not wanted:
            return 0
        query = bodies.named(bodies.everything(), sorted({doc_id for _, doc_id in wanted}))
        body = bodies.documents(query, size=min(2 * len(wanted), RESULT_WINDOW), with_source=False)
        with self._client.search(self._pattern(), body) as (found, _):
            return len(wanted & {(hit.index, hit.doc_id) for hit in found.hits.hits})

    def requests_made(self) -> int:
        return self._client.requests_made

    def close(self) -> None:
        self._client.close()

    def _pattern(self) -> str:
        """The pattern that is read; looked for once where the generation is not given."""
        if self._known_pattern and self._generation:
            return self._known_pattern
        target = find_target(
            self._client, self._reader, pattern=self._known_pattern, generation=self._generation
        )
        if target.extent.total:
            self._settle(target.pattern, target.generation)
        return target.pattern

    def _settle(self, pattern: str, generation: Generation) -> None:
        self._known_pattern, self._generation = pattern, generation
        if generation is Generation.V5:
            self._reader.level_floor = None  # findings have words for levels: a number would hide them all


def open_alerts(endpoint: Endpoint, *, generation: Generation | None) -> WazuhAlerts:
    """Open the arm; no request is sent yet. Raises Invalid where the endpoint cannot be used."""
    return WazuhAlerts(endpoint, generation=generation)
