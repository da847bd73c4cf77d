"""What a page costs those who wait for it while a back-fill comes in as fast as it can."""

import threading
import time
from pathlib import Path
from statistics import median, quantiles

from bench.installation import documents, prepare
from bench.report import Line, Section
from bench.serving import Served
from lamis.base.clock import utc_now
from lamis.simulators.local import LocalIndexer

MOST_MS = 60
_PATHS = {"page of the list": "/alerts", "JSON list of 25": "/api/v2/alerts?limit=25"}


def measure(folder: Path, *, quick: bool) -> Section:
    """Pages are asked one after the other, a person's pause apart, until the back-fill is in."""
    count = 20_000 if quick else 100_000
    now = utc_now()
    with LocalIndexer(tls=False) as indexer:
        since = now.replace(hour=0, minute=0, second=0, microsecond=0)
        indexer.add_many(raw for _, raw in documents(count, since=since, until=now, seed=0))
        prepare(folder, indexer, count=0, tenants=("Acme",))
        with Served(folder) as served:
            served.sign_in()
            waits, per_s = _asked(served, count)
    lines = [Line("stored meanwhile", per_s, "alerts/s")]
    for name, found in waits.items():
        lines.append(
            Line(
                f"{name}, 95 of 100 within",
                quantiles(found, n=20)[-1],
                "ms",
                MOST_MS,
                note=f"median {median(found):.1f} ms of {len(found)}",
            )
        )
    return Section("Pages beside full ingest", lines)


def _asked(served: Served, count: int) -> tuple[dict[str, list[float]], float]:
    waits: dict[str, list[float]] = {name: [] for name in _PATHS}
    began, pause = time.monotonic(), threading.Event()
    while _stored(served) < count * 0.95:
        for name, path in _PATHS.items():
            asked = time.monotonic()
            served.get(path)
            waits[name].append((time.monotonic() - asked) * 1000)
            pause.wait(0.03)
    return waits, _stored(served) / (time.monotonic() - began)


def _stored(served: Served) -> int:
    found = served.get("/api/v2/alerts/stats").json()
    return int(found["total"])
