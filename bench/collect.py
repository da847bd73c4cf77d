"""Collecting from a real OpenSearch, beside a bare HTTP client that fetches and parses the same pages."""

import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import orjson

from bench.installation import as_served, documents, opened
from bench.report import Line, Section
from lamis.access.importing import import_connections
from lamis.base.clock import to_ms, utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import claims, queries_windows, windows
from lamis.connections.drafts import parse_draft
from lamis.connections.endpoints import endpoint_of
from lamis.connections.import_file import Entry
from lamis.connections.tiles import Change, Tile
from lamis.connections.types import ConnectionKind, Endpoint, Generation, Page, Span, Trust, TrustMode
from lamis.connectors.registry import manifest
from lamis.connectors.wazuh import bodies
from lamis.connectors.wazuh.source import WazuhAlerts
from lamis.connectors.wazuh.translate import translate
from lamis.storage.runtime import Runtime
from lamis.workers.pace import Pace
from lamis.workers.reading import Reading, Sum

INDEX = "wazuh-alerts-4.x-2026.06.01"
UNTIL = datetime(2026, 6, 2, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=1)
SIZE = 5_000
RUNS = 3


def measure(folder: Path, *, quick: bool) -> Section:
    """Skipped where the engine is not there; `make test` says how to get it."""
    title = "Collect from OpenSearch 2.19 (TLS, signed in)"
    try:
        from tests.engines import parts
        from tests.engines.opensearch import Engine
    except ModuleNotFoundError as absent:
        return Section(title, [Line.skipped("collecting", f"{absent.name} is not here")])
    if reason := parts.why_not(parts.OPENSEARCH_2):
        return Section(title, [Line.skipped("collecting", reason)])
    engine = Engine(parts.OPENSEARCH_2, folder / "opensearch")
    try:
        engine.start()
        count = _load(engine, 20_000 if quick else 60_000)
        return Section(title, _compare(folder, engine, count))
    finally:
        engine.close()


def _load(engine: "Engine", count: int) -> int:  # type: ignore[name-defined]  # noqa: F821 -- imported late
    mapping = {"dynamic": False, "properties": {"@timestamp": {"type": "date"}}}
    settings = {"number_of_shards": 3, "number_of_replicas": 0}
    engine.request("PUT", f"/{INDEX}", {"mappings": mapping, "settings": settings})
    made = documents(count, since=SINCE, until=UNTIL, seed=0)
    engine.bulk_raw(INDEX, ((None, raw) for _, raw in made))
    engine.refresh()
    return engine.count(INDEX)


def _compare(folder: Path, engine: "Engine", count: int) -> list[Line]:  # type: ignore[name-defined]  # noqa: F821
    name, password = engine.admin
    endpoint = Endpoint(
        urls=(engine.url,), username=name, password=password, trust=Trust(TrustMode.CA, ca_pem=engine.ca_pem)
    )
    trust = ssl.create_default_context(cadata=engine.ca_pem)
    bare, read, translated, stored = [], [], [], []
    with httpx.Client(base_url=engine.url, auth=engine.admin, verify=trust, timeout=60) as client:
        _bare(client, count)  # the engine's own caches are warm for both
        for run in range(RUNS):
            bare.append(count / _timed(lambda: _bare(client, count)))
            with as_served():
                read.append(count / _timed(lambda: _count(_pages(endpoint), count)))
                translated.append(count / _timed(lambda: _count(_translated(_pages(endpoint)), count)))
            stored.append(count / _storing_s(folder / str(run), engine, count))
    best = median(bare)
    note = f"{count:,} documents in pages of up to {SIZE:,}, {RUNS} runs by turns"
    return [
        Line("a bare HTTP client, pages parsed", best, "/s", note=note),
        Line("our reading, pages vouched for", median(read), "/s"),
        Line("our reading to the bare client", 100 * median(read) / best, "%", 60, at_most=False),
        Line("our reading, documents translated", median(translated), "/s"),
        Line(
            "our reading, translated, to the bare client",
            100 * median(translated) / best,
            "%",
            60,
            at_most=False,
        ),
        Line("our collecting, read to stored with the text index", median(stored), "/s"),
        Line("our collecting to the bare client", 100 * median(stored) / best, "%", 60, at_most=False),
    ]


def _timed(work: "object") -> float:
    before = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - before


def _bare(client: httpx.Client, count: int) -> None:
    """Even slices of the day, each one search whose whole answer is parsed."""
    slices = -(-count // SIZE)
    width = (to_ms(UNTIL) - to_ms(SINCE)) / slices
    seen = 0
    for place in range(slices):
        span = Span(to_ms(SINCE) + round(width * place), to_ms(SINCE) + round(width * (place + 1)))
        body = bodies.documents(bodies.within(span, level_floor=None), size=2 * SIZE)
        answer = orjson.loads(client.post(f"/{INDEX}/_search", json=body).content)
        seen += len(answer["hits"]["hits"])
    if seen != count:
        raise SystemExit(f"The bare client read {seen:,} of {count:,} documents.")


def _pages(endpoint: Endpoint) -> Iterator[Page]:
    source = WazuhAlerts(endpoint, generation=Generation.V4)
    try:
        yield from source.read(Span(to_ms(SINCE), to_ms(UNTIL)), size=SIZE)
    finally:
        source.close()


def _translated(pages: Iterator[Page]) -> Iterator[Page]:
    """The same pages; each document was made into columns, as the bare client parses each."""
    for page in pages:
        for document in page.documents:
            if document.raw is not None:
                translate(document.raw)
        yield page


def _count(pages: Iterator[Page], count: int) -> None:
    seen = sum(len(page.documents) for page in pages)
    if seen != count:
        raise SystemExit(f"Our reader read {seen:,} of {count:,} documents.")


def _storing_s(folder: Path, engine: "Engine", count: int) -> float:  # type: ignore[name-defined]  # noqa: F821
    """Seconds that a slice of the collector takes to read a window, store it and tell the ledger."""
    with opened(folder) as runtime:
        reading, tile = _collector(runtime, engine)
        with closing(reading.source), as_served():
            took = _timed(lambda: reading.read([tile], page_size=SIZE))
    if reading.sum.new != count:
        raise SystemExit(f"Stored {reading.sum.new:,} of {count:,} documents.")
    return took


def _collector(runtime: Runtime, engine: "Engine") -> tuple[Reading, Tile]:  # type: ignore[name-defined]  # noqa: F821
    """A source that leads to `engine`, claimed as a worker claims it, and the one window to read."""
    name, password = engine.admin
    values = {"name": "bench", "url": engine.url, "username": name, "password": password, "ca": engine.ca_pem}
    (made,) = import_connections(runtime, SYSTEM, [Entry("Acme", "Acme", parse_draft(values))])
    if not made.result.is_ok:
        raise SystemExit(f"The bench's source could not be made: {made.result.message}")
    with runtime.database.ingest() as session:
        claim = claims.claim_next(session, now=utc_now())
        assert claim is not None
        windows.apply(session, claim.key, Change(new=(Tile(to_ms(SINCE), to_ms(UNTIL)),)))
        due = queries_windows.due_windows(session, EVERYTHING, claim.key, now_ms=to_ms(UNTIL), limit=100)
    tile = next(tile for tile in due if tile.from_ms == to_ms(SINCE))
    endpoint = endpoint_of(claim.connection, vault=runtime.keys.vault, settings=runtime.settings)
    reading = Reading(
        database=runtime.database,
        settings=runtime.settings,
        manifest=manifest(ConnectionKind.WAZUH),
        claim=claim,
        source=WazuhAlerts(endpoint, generation=Generation.V4),
        clock=utc_now,
        is_stopping=lambda: False,
        sum=Sum(),
        pace=Pace(),
    )
    return reading, tile
