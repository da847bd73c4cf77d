"""Collecting from a real OpenSearch, beside a bare HTTP client that fetches and parses the same pages."""

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import orjson

from bench.installation import documents, opened
from bench.report import Line, Section
from lamis.alerts.types import Batch, Incoming
from lamis.base.clock import to_ms
from lamis.connections.types import Endpoint, Generation, Page, Span, Trust, TrustMode
from lamis.connectors.wazuh import bodies
from lamis.connectors.wazuh.source import WazuhAlerts
from lamis.connectors.wazuh.translate import TEXT_VERSION, translate
from lamis.incidents.actions import receive
from lamis.storage.engine import Database
from lamis.workers.ahead import one_ahead
from lamis.workers.reading import in_parts

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
    bare, read, stored = [], [], []
    with httpx.Client(base_url=engine.url, auth=engine.admin, verify=trust, timeout=60) as client:
        _bare(client, count)  # the engine's own caches are warm for both
        for run in range(RUNS):
            bare.append(count / _timed(lambda: _bare(client, count)))
            read.append(count / _timed(lambda: _count(_pages(endpoint), count)))
            with opened(folder / str(run)) as runtime:
                stored.append(count / _timed(lambda: _store(runtime.database, endpoint, count)))
    best = median(bare)
    note = f"{count:,} documents in pages of up to {SIZE:,}, {RUNS} runs by turns"
    return [
        Line("a bare HTTP client, pages parsed", best, "/s", note=note),
        Line("our reading, pages vouched for", median(read), "/s"),
        Line("our reading to the bare client", 100 * median(read) / best, "%", 60, at_most=False),
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


def _count(pages: Iterator[Page], count: int) -> None:
    seen = sum(len(page.documents) for page in pages)
    if seen != count:
        raise SystemExit(f"Our reader read {seen:,} of {count:,} documents.")


def _store(database: Database, endpoint: Endpoint, count: int) -> None:
    """What a slice of the collector does with its pages: translate, and commit in parts."""
    new = 0
    with one_ahead(_pages(endpoint)) as pages:
        for page in pages:
            found = [
                Incoming(each.index, each.doc_id, each.raw, translate(each.raw))
                for each in page.documents
                if each.raw is not None
            ]
            for part in in_parts(found):
                batch = Batch(1, 1, "bench", part, text_version=TEXT_VERSION)
                with database.ingest() as session:
                    new += receive(session, batch, now=UNTIL).new
    if new != count:
        raise SystemExit(f"Stored {new:,} of {count:,} documents.")
