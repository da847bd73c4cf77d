"""How fast pages are stored on PostgreSQL: the same as on SQLite, into partitions, every policy in force."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from tests.alerts.world import settle
from tests.engines import postgres

from bench.ingest import NOW, Pages, store
from bench.installation import as_served, incoming
from bench.report import Line, Section
from lamis.alerts.days import make_days
from lamis.base.clock import to_ms
from lamis.storage.engine import Database

ASKED = {False: 10_000, True: None}
SIDE_BY_SIDE = 2


def measure(folder: Path, *, quick: bool) -> Section:
    """New and known documents, without and with the text index, from one source and from two at once."""
    if reason := postgres.why_not():
        return Section("Ingest (PostgreSQL)", [Line.skipped("new alerts stored", reason)])
    pages = list(incoming(20_000 if quick else 100_000, since=NOW - timedelta(days=1), until=NOW, seed=3))
    lines = []
    server = postgres.PostgresServer(is_durable=True)
    try:
        with as_served():
            for text_index, asked in ASKED.items():
                said = "with the text index" if text_index else "without text index"
                lines += _stored(server, pages, said=said, text_index=text_index, asked=asked)
    finally:
        server.close()
    return Section("Ingest (PostgreSQL)", lines)


def _stored(
    server: postgres.PostgresServer, pages: Pages, *, said: str, text_index: bool, asked: int | None
) -> list[Line]:
    count = sum(map(len, pages))
    with server.migrated() as name:
        database = server.opened(name)
        settle(database)
        make_days(database, [to_ms(NOW - timedelta(days=day)) for day in range(2)], now=NOW)
        before = server.cpu_s()
        took, cpu = _fill(database, pages, sources=[1], text_index=text_index)
        its = server.cpu_s() - before
        note = f"{count / cpu:,.0f} a second of our CPU, {count / its:,.0f} of the server's beside it"
        new = Line(f"new alerts stored, {said}", count / took, "/s", asked, at_most=False, note=note)
        took, _ = _fill(database, pages[: len(pages) // 4], sources=[1], text_index=text_index)
        known = Line(f"known alerts read again, {said}", count / 4 / took, "/s")
        took, _ = _fill(database, pages[: len(pages) // 2], sources=[2, 3], text_index=text_index)
        both = Line(f"new alerts of {SIDE_BY_SIDE} sources at once, {said}", count / took, "/s")
        database.close()
    return [new, known, both]


def _fill(database: Database, pages: Pages, *, sources: list[int], text_index: bool) -> tuple[float, float]:
    """How long each source's pages took side by side, and our CPU, both in seconds."""

    def fill(source: int) -> None:
        for _ in store(database, pages, source=source, text_index=text_index):
            pass

    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(len(sources)) as threads:
        list(threads.map(fill, sources))
    return time.perf_counter() - wall, time.process_time() - cpu
