"""What a page costs those who wait for it while a back-fill comes in as fast as it can."""

import threading
import time
from pathlib import Path
from statistics import median, quantiles

from bench.installation import prepare
from bench.report import Line, Section
from bench.serving import Served
from bench.source import apart

MOST_MS = 60
_PATHS = {"page of the list": "/alerts", "JSON list of 25": "/api/v2/alerts?limit=25"}
_ROUNDS = 5  # between two looks at how much is stored
_PATIENCE_S = 300
# By itself a source is spared: such a back-fill would have to wait for its budget of requests.
_SETTINGS = {"LAMIS_REQUESTS_PER_MINUTE": "6000"}


def measure(folder: Path, *, quick: bool) -> Section:
    """Pages are asked one after the other, a person's pause apart, until the back-fill is in."""
    count = 20_000 if quick else 100_000
    with apart(count) as source:
        prepare(folder, source, count=0, tenants=("Acme",))
        with Served(folder, settings=_SETTINGS) as served:
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
                note=f"median {median(found):.1f} ms of {len(found)}, longest {max(found):.0f} ms",
            )
        )
    return Section("Pages beside full ingest", lines)


def _asked(served: Served, count: int) -> tuple[dict[str, list[float]], float]:
    for path in [*_PATHS.values()] * 3:
        served.get(path)
    waits: dict[str, list[float]] = {name: [] for name in _PATHS}
    began, pause = time.monotonic(), threading.Event()
    while (stored := _stored(served)) < count * 0.95:
        if time.monotonic() > began + _PATIENCE_S:
            raise SystemExit(f"Only {stored:,} of {count:,} alerts are stored after {_PATIENCE_S} s.")
        for name, path in [*_PATHS.items()] * _ROUNDS:
            asked = time.monotonic()
            served.get(path)
            waits[name].append((time.monotonic() - asked) * 1000)
            pause.wait(0.03)
    return waits, stored / (time.monotonic() - began)


def _stored(served: Served) -> int:
    found = served.get("/api/v2/alerts/stats").json()
    return int(found["total"])
