"""How old an alert is when it is here: from searchable at its source to committed in our store."""

import time
from pathlib import Path
from statistics import median, quantiles

from bench.installation import new_document, opened, prepare
from bench.report import Line, Section
from bench.serving import Served
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database

POLL_S = 5
STEP_S = 0.02
EVERY = 5  # a document each so many steps
MARGIN_MS = 150


def measure(folder: Path, *, quick: bool) -> Section:
    """A source that is polled every five seconds gets a document every tenth of one."""
    with LocalIndexer(tls=False) as indexer:
        indexer.add(new_document())
        prepare(folder, indexer, count=0, poll_s=POLL_S, tenants=("Acme",))
        with Served(folder) as served, opened(folder) as runtime:
            served.wait_for("/sign-in")
            _arrivals(indexer, runtime.database, lasts_s=3 * POLL_S)  # the back-fill and the first polls
            ages = _arrivals(indexer, runtime.database, lasts_s=(4 if quick else 12) * POLL_S)
    note = f"{len(ages)} documents; a 95th of 100 within {quantiles(ages, n=20)[-1]:,.0f} ms"
    bound = POLL_S * 1000 / 2 + MARGIN_MS
    return Section(
        f"Freshness (polled every {POLL_S} s)",
        [Line("searchable there to stored here, median", median(ages), "ms", bound, note=note)],
    )


def _arrivals(indexer: LocalIndexer, database: Database, *, lasts_s: float) -> list[float]:
    """Milliseconds from putting each document there to seeing it committed here, to a step's width."""
    waiting: dict[str, float] = {}
    ages: list[float] = []
    began = time.monotonic()
    step = 0
    while waiting or time.monotonic() < began + lasts_s:
        step += 1
        if step % EVERY == 0 and time.monotonic() < began + lasts_s:
            waiting[indexer.add(new_document()).doc_id] = time.monotonic()
        for doc_id in _stored(database, list(waiting)):
            ages.append((time.monotonic() - waiting.pop(doc_id)) * 1000)
        if time.monotonic() > began + lasts_s + 6 * POLL_S:
            raise SystemExit(f"{len(waiting)} documents did not arrive.")
        time.sleep(STEP_S)
    return ages


def _stored(database: Database, doc_ids: list[str]) -> list[str]:
    if not doc_ids:
        return []
    marks = ",".join("?" * len(doc_ids))
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            f"SELECT doc_id FROM alert WHERE connection_key = 1 AND doc_id IN ({marks})"
            " ORDER BY key DESC LIMIT 500",
            tuple(doc_ids),
        )
        return [doc_id for (doc_id,) in rows]
