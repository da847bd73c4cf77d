"""How fast alerts are stored on SQLite, with all columns, labels, counts and journal."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

from bench.installation import as_served, incoming, opened
from bench.report import Line, Section
from lamis.alerts.types import Batch, Incoming
from lamis.connectors.wazuh.translate import TEXT_VERSION, translate
from lamis.incidents.actions import receive
from lamis.journal.actions import SYSTEM_STREAM, record
from lamis.storage.engine import Database
from lamis.workers.pace import Pace

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
ASKED = {False: 15_000, True: 10_000}
SMALL_WRITE_MS = 60
WRITES = 200

Pages = Sequence[Sequence[Incoming]]


def measure(folder: Path, *, quick: bool) -> Section:
    """New and known documents, without and with the text index; then a person who writes meanwhile."""
    count = 20_000 if quick else 100_000
    pages = list(incoming(count, since=NOW - timedelta(days=1), until=NOW, seed=3))
    # A collector never holds all its pages at once; the garbage collector need not walk them.
    with as_served():
        return Section("Ingest (SQLite)", _lines(folder, pages))


def _lines(folder: Path, pages: Pages) -> list[Line]:
    lines, count = [], sum(map(len, pages))
    for text_index, asked in ASKED.items():
        said = "with the text index" if text_index else "without text index"
        with opened(folder / said.split()[0]) as runtime:
            rate, per_cpu = _fill(runtime.database, pages, text_index=text_index)
            size = _size_bytes(runtime.database) / count
            note = f"{per_cpu:,.0f} a second of CPU; {size:,.0f} B each on disk"
            lines.append(Line(f"new alerts stored, {said}", rate, "/s", asked, at_most=False, note=note))
            rate, _ = _fill(runtime.database, pages[: len(pages) // 4], text_index=text_index)
            lines.append(Line(f"known alerts read again, {said}", rate, "/s"))
    with opened(folder / "beside") as runtime:
        lines.append(_small_writes(runtime.database, pages))
    lines.append(_translating(pages))
    return lines


def _fill(database: Database, pages: Pages, *, text_index: bool) -> tuple[float, float]:
    """Alerts a second, and a second of CPU."""
    count = sum(map(len, pages))
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in store(database, pages, source=1, text_index=text_index):
        pass
    return count / (time.perf_counter() - wall), count / (time.process_time() - cpu)


def store(database: Database, pages: Pages, *, source: int, text_index: bool) -> Iterator[int]:
    """Store all in commits of the size that a collector would choose; tells of each how many it took."""
    documents, pace = [*chain.from_iterable(pages)], Pace()
    at = 0
    while at < len(documents):
        part = documents[at : at + pace.documents]
        batch = Batch(1, source, "bench", part, text_index=text_index, text_version=TEXT_VERSION)
        with database.ingest() as session:
            began = time.perf_counter()
            receive(session, batch, now=NOW)
        pace.learn(len(part), timedelta(seconds=time.perf_counter() - began))
        at += len(part)
        yield len(part)


def _small_writes(database: Database, pages: Pages) -> Line:
    """How long a person's journalled write takes while pages are stored without a pause."""
    is_over = threading.Event()

    def feed() -> None:
        source = 0
        while not is_over.is_set():
            source += 1  # each source is new, so all its documents are
            for _ in store(database, pages, source=source, text_index=True):
                if is_over.is_set():
                    return

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    dice, took = random.Random(7), []
    try:
        for _ in range(WRITES):
            time.sleep(dice.uniform(0.005, 0.04))
            before = time.perf_counter()
            with database.write() as session:
                record(session, SYSTEM_STREAM, kind="bench", actor="bench", subject={}, now=NOW)
            took.append((time.perf_counter() - before) * 1000)
    finally:
        is_over.set()
        feeder.join()
    note = f"p50 {median(took):.0f} ms, longest {max(took):.0f} ms"
    return Line(
        "a person's small write beside full ingest, p95",
        quantiles(took, n=20)[-1],
        "ms",
        SMALL_WRITE_MS,
        note=note,
    )


def _translating(pages: Pages) -> Line:
    raws = [one.raw for page in pages[:20] for one in page if one.raw is not None]
    runs = []
    for _ in range(5):
        before = time.process_time()
        for raw in raws:
            translate(raw)
        runs.append((time.process_time() - before) / len(raws) * 1e6)
    return Line(
        "translating a document", min(runs), "µs of CPU", 10, note="bytes to columns, before it is stored"
    )


def _size_bytes(database: Database) -> int:
    with database.read() as session:
        connection = session.connection()
        pages, page_bytes = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
        )
    return int(pages * page_bytes)
