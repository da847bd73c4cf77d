"""How fast pages are stored on SQLite, with all columns, labels, counts and the journal, and who waits for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from bench.report import Line, Section
from lamis.alerts.actions import store
from lamis.alerts.types import Batch, Incoming
from lamis.base.clock import DAY_MS, from_ms, to_ms
from lamis.connectors.wazuh.translate import TEXT_VERSION, translate
from lamis.schema.migrate import migrate
from lamis.simulators.profiles import PROFILES
from lamis.simulators.stories.bulk import bulk
from lamis.storage.engine import Database
from lamis.storage.state import set_state

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
COUNT, COUNT_QUICK = 50_000, 5_000
PAGE, PAGE_BESIDE_PEOPLE = 1_000, 250
ASKED = {False: 15_000, True: 10_000}
PAUSE_S = 0.02


def measure(folder: Path, *, quick: bool) -> Section:
    """Without and with the text index; the same pages again; small writes beside full ingest."""
    pages = list(_pages(COUNT_QUICK if quick else COUNT, PAGE))
    found = [line for text_index in (False, True) for line in _rates(folder, pages, text_index=text_index)]
    return Section("Ingest", [*found, _beside(folder, quick=quick)])


def _rates(folder: Path, pages: list[list[Incoming]], *, text_index: bool) -> list[Line]:
    name = "with text index" if text_index else "without text index"
    with _store(folder / name) as database:
        began, cpu = time.perf_counter(), time.process_time()
        _fill(database, pages, text_index=text_index)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        count, size = sum(map(len, pages)), _size_bytes(database)
        began = time.perf_counter()
        _fill(database, pages, text_index=text_index)
        again = time.perf_counter() - began
    note = f"pages of {PAGE}; {count / cpu:,.0f} per CPU second; {size / count:,.0f} B each"
    return [
        Line(f"stored {name}", count / wall, "alerts/s", bound=ASKED[text_index], at_most=False, note=note),
        Line(f"read again and known, {name}", count / again, "documents/s"),
    ]


def _beside(folder: Path, *, quick: bool) -> Line:
    """A person's small writes while pages are stored without a pause."""
    pages = list(_pages(COUNT_QUICK if quick else COUNT // 2, PAGE_BESIDE_PEOPLE))
    waits: list[float] = []
    is_over = threading.Event()
    with _store(folder / "beside") as database:

        def person() -> None:
            number = 0
            while not is_over.wait(PAUSE_S):
                began = time.perf_counter()
                with database.write() as session:
                    set_state(session, "bench", str(number))
                waits.append(time.perf_counter() - began)
                number += 1

        thread = threading.Thread(target=person)
        thread.start()
        try:
            _fill(database, pages, text_index=True)
        finally:
            is_over.set()
            thread.join()
    note = (
        f"{len(waits)} writes; p50 {1000 * quantiles(waits, n=2)[0]:.0f} ms, max {1000 * max(waits):.0f} ms"
    )
    p95 = quantiles(waits, n=20)[-1]
    return Line("small write beside full ingest, p95", 1000 * p95, "ms", bound=60, note=note)


def _pages(count: int, size: int) -> Iterator[list[Incoming]]:
    page: list[Incoming] = []
    made = bulk(
        PROFILES["acme-emea"].programme, count, since_ms=to_ms(NOW) - DAY_MS, until_ms=to_ms(NOW), seed=3
    )
    for number, (at_ms, raw) in enumerate(made):
        index = f"wazuh-alerts-4.x-{from_ms(at_ms):%Y.%m.%d}"
        page.append(Incoming(index, f"{number * 2654435761 % 2**40:020x}", raw, translate(raw)))
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


def _fill(database: Database, pages: list[list[Incoming]], *, text_index: bool) -> None:
    for number, page in enumerate(pages):
        batch = Batch(1, 1 + number % 3, "bench", page, text_index=text_index, text_version=TEXT_VERSION)
        with database.ingest() as session:
            store(session, batch, now=NOW)


def _size_bytes(database: Database) -> int:
    with database.read() as session:
        connection = session.connection()
        count, size = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
            for name in ("page_count", "page_size")
        )
    return count * size


@contextmanager
def _store(folder: Path) -> Iterator[Database]:
    folder.mkdir(parents=True)
    database = Database(folder / "lamis.db")
    migrate(database)
    try:
        yield database
    finally:
        database.close()
