"""From the start of the process to its first page, and what collecting a backlog adds to its memory."""

import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.installation import documents, opened, prepare
from bench.report import Line, Section
from bench.serving import Served
from lamis.base.clock import utc_now
from lamis.simulators.local import LocalIndexer

STARTS = 3
SETTLED_S = 6


def measure(folder: Path, *, quick: bool) -> Section:
    """The real command, on an empty and on a used data folder; then a source with a backlog."""
    lines = [_first_page(folder / "empty", "on an empty data folder")]
    backlogs = (5_000, 15_000) if quick else (10_000, 60_000)
    with LocalIndexer(tls=False) as indexer:
        indexer.add({"@timestamp": "2026-01-01T00:00:00.000Z", "rule": {"id": "1", "level": 3}})
        prepare(folder / "used", indexer, count=10_000)
        lines.append(_first_page(folder / "used", "with 10,000 alerts", runs=STARTS))
        prepare(folder / "idle", indexer, count=0)
        with Served(folder / "idle") as served:
            served.wait_for("/sign-in")
            time.sleep(SETTLED_S)
            idle = served.memory_mb("RssAnon")
            lines.append(
                Line(
                    "memory of the process at rest",
                    served.memory_mb("VmRSS"),
                    "MB",
                    note=f"{idle:.0f} MB of it its own",
                )
            )
        now, held = utc_now(), 0
        for backlog in backlogs:
            since = now - timedelta(hours=23)
            indexer.add_many(raw for _, raw in documents(backlog - held, since=since, until=now, seed=held))
            held = backlog
            lines.append(_collecting(folder / str(backlog), indexer, backlog=backlog, idle_mb=idle))
    return Section("Start and memory", lines)


def _first_page(folder: Path, said: str, *, runs: int = STARTS) -> Line:
    took = []
    for _ in range(runs):
        served = Served(folder, module="lamis", arguments=("up",))
        took.append(served.wait_for("/sign-in" if folder.name != "empty" else "/"))
        served.end()
    return Line(f"start to first page, {said}", median(took), "s", 2, note=f"{runs} starts")


def _collecting(folder: Path, indexer: LocalIndexer, *, backlog: int, idle_mb: float) -> Line:
    """The most that a process has of its own while three sources bring `backlog` documents each."""
    prepare(folder, indexer, count=0)
    highest = 0.0
    with Served(folder) as served, opened(folder) as runtime:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            highest = max(highest, served.memory_mb("RssAnon"))
            with runtime.database.read() as session:
                stored = (
                    session.connection()
                    .exec_driver_sql("SELECT coalesce(sum(n), 0) FROM alert_count")
                    .scalar_one()
                )
            if stored >= 3 * backlog:
                break
            time.sleep(0.05)
        else:
            raise SystemExit(f"Only {stored:,} of {3 * backlog:,} documents were collected.")
    name = f"collecting three sources with {backlog:,} documents each adds"
    return Line(name, highest - idle_mb, "MB", 80, note=f"{highest:.0f} MB of its own at most")
