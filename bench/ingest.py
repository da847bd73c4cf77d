"""How fast pages are stored on SQLite, with all columns, labels, counts and the journal.

python -m bench.ingest [documents]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.report import Line, table
from lamis.alerts import actions
from lamis.alerts.types import Batch, Incoming
from lamis.base.clock import DAY_MS, from_ms, to_ms
from lamis.connectors.wazuh.translate import TEXT_VERSION, translate
from lamis.schema.migrate import migrate
from lamis.simulators.profiles import PROFILES
from lamis.simulators.stories.bulk import bulk
from lamis.storage.engine import Database

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
PAGE = 500
ASKED = {False: 15_000, True: 10_000}


def lines(count: int = 50_000) -> list[Line]:
    """Rows a second without and with the text index, and of pages that are known already."""
    pages = list(_pages(count))
    found = []
    for text_index in (False, True):
        with _store() as database:
            name = "with" if text_index else "without"
            rate, cpu = _fill(database, pages, text_index=text_index)
            found.append(
                Line(
                    f"ingest {name} text index",
                    rate,
                    "alerts/s",
                    bound=ASKED[text_index],
                    at_most=False,
                    note=f"{cpu:,.0f} per CPU second; {_bytes_each(database, count):,.0f} B each",
                )
            )
            rate, _ = _fill(database, pages, text_index=text_index)
            found.append(Line(f"known documents read again, {name} text index", rate, "documents/s"))
    return found


def _pages(count: int) -> Iterator[list[Incoming]]:
    page: list[Incoming] = []
    made = bulk(
        PROFILES["acme-emea"].programme, count, since_ms=to_ms(NOW) - DAY_MS, until_ms=to_ms(NOW), seed=3
    )
    for number, (at_ms, raw) in enumerate(made):
        index = f"wazuh-alerts-4.x-{from_ms(at_ms):%Y.%m.%d}"
        page.append(Incoming(index, f"{number * 2654435761 % 2**40:020x}", raw, translate(raw)))
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _fill(database: Database, pages: list[list[Incoming]], *, text_index: bool) -> tuple[float, float]:
    count = sum(map(len, pages))
    wall, cpu = time.perf_counter(), time.process_time()
    for number, page in enumerate(pages):
        batch = Batch(1, 1 + number % 3, "bench", page, text_index=text_index, text_version=TEXT_VERSION)
        with database.ingest() as session:
            actions.store(session, batch, now=NOW)
    return count / (time.perf_counter() - wall), count / (time.process_time() - cpu)


def _bytes_each(database: Database, count: int) -> float:
    with database.read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        page_bytes = session.connection().exec_driver_sql("PRAGMA page_size").scalar_one()
    return float(pages * page_bytes / count)


@contextmanager
def _store() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "lamis.db")
        migrate(database)
        try:
            yield database
        finally:
            database.close()


if __name__ == "__main__":
    print(table(lines(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)))
