"""What a page costs: the old way beside ours at ten thousand alerts, and ours at a million beside that."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from urllib.parse import quote

from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from bench import old_way
from bench.installation import documents, prepare
from bench.report import Line, Section
from bench.serve import EMPTY
from bench.serving import Asked, Cost, Served, costs, free_port
from lamis.base.clock import utc_now
from lamis.simulators.local import LocalIndexer

SMALL, LARGE, LARGE_QUICK = 10_000, 1_000_000, 100_000
FILTERS = ("severity", "rule", "device", "address", "user", "word")
DAY = timedelta(hours=23, minutes=30)


def measure(folder: Path, *, quick: bool) -> Section:
    """Two installations, asked by turns."""
    large = LARGE_QUICK if quick else LARGE
    with _indexer(folder) as indexer:
        indexer.add({"@timestamp": "2026-01-01T00:00:00.000Z", "rule": {"id": "1", "level": 3}})
        for count in (SMALL, large):
            if not (folder / str(count)).exists():
                prepare(folder / str(count), indexer, count=count)
        with Served(folder / str(SMALL)) as small, Served(folder / str(large)) as big:
            for served in (small, big):
                served.sign_in()
            asked = {f"{name} at {SMALL:,}": Asked(small, path) for name, path in _addresses(small).items()}
            asked |= {f"{name} at {large:,}": Asked(big, path) for name, path in _addresses(big).items()}
            found = costs(asked, rounds=4 if quick else 8)
            memory = _memory(big, large)
    lines = _against_old(found, _old_way_ms()) + _flat(found, large) + _light(found, large)
    return Section("Pages", [*lines, memory])


@contextmanager
def _indexer(folder: Path) -> Iterator[LocalIndexer]:
    """An indexer where the sources of kept installations look for it."""
    place = folder / "port"
    with LocalIndexer(tls=False, port=int(place.read_text()) if place.exists() else 0) as indexer:
        place.write_text(str(indexer.port))
        yield indexer


def _addresses(served: Served) -> dict[str, str]:
    """Everything that is asked, by name; values of filters are the third most frequent of their kind."""
    lists = {"newest": "", **{name: f"?{_filter(served, name)}" for name in FILTERS}}
    asked = {
        "empty endpoint": EMPTY,
        "overview": "/",
        "overview, a page in the middle": f"/?page={_middle(served)}",
    }
    for name, query in lists.items():
        asked[f"JSON list, {name}"] = f"/api/v2/alerts{query}"
        asked[f"page of the list, {name}"] = f"/alerts{query}"
    asked["JSON list of 25"] = "/api/v2/alerts?limit=25"
    noon = quote((utc_now() - timedelta(hours=12)).isoformat())
    cursor = served.get(f"/api/v2/alerts?to={noon}&limit=1").json()["next"]
    asked["JSON list, deep"] = f"/api/v2/alerts?cursor={cursor}"
    asked["page of the list, deep"] = f"/alerts?page={_middle(served)}"
    return asked


def _middle(served: Served) -> int:
    return int(served.get("/api/v2/alerts/stats").json()["total"]) // 25 // 2


def _filter(served: Served, name: str) -> str:
    if name == "severity":
        return "severity=high"
    if name == "word":
        return "q=failed"
    items = served.get(f"/api/v2/alerts/top?by={name}").json()["items"]
    return f"{name}={quote(str(items[min(2, len(items) - 1)]['value']))}"


def _old_way_ms() -> float | None:
    """CPU milliseconds of a page of the old way; None where there is no Redis."""
    with _redis() as redis:
        if redis is None:
            return None
        now = utc_now()
        old_way.fill(redis, [raw for _, raw in documents(SMALL, since=now - DAY, until=now, seed=0)])
        return median(old_way.page(redis, number).cpu_s * 1000 for number in (1, 1, 200, 399, 1))


@contextmanager
def _redis() -> Iterator["Redis | None"]:
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    redis = Redis(port=port)
    try:
        _wait_for(redis)
        yield redis
    finally:
        redis.close()
        process.terminate()
        process.wait(10)


def _wait_for(redis: Redis) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            redis.ping()
            return
        except NoRedis:
            time.sleep(0.02)
    raise SystemExit("Redis did not start.")


def _against_old(found: dict[str, Cost], old_ms: float | None) -> list[Line]:
    if old_ms is None:
        return [Line.skipped("the old way", "redis-server is not installed")]
    lines = [Line(f"the old way's page at {SMALL:,}", old_ms, "ms of CPU")]
    for name in (
        "JSON list, newest",
        "JSON list, deep",
        "page of the list, newest",
        "page of the list, deep",
    ):
        ours = found[f"{name} at {SMALL:,}"].cpu
        note = f"{ours:.2f} ms"
        lines.append(
            Line(f"the old way's CPU to ours: {name}", old_ms / ours, "×", 20, at_most=False, note=note)
        )
    ours = found[f"overview at {SMALL:,}"].cpu
    lines.append(Line("the old way's CPU to ours: overview", old_ms / ours, "×", note=f"{ours:.2f} ms"))
    return lines


def _flat(found: dict[str, Cost], large: int) -> list[Line]:
    """Each address at many alerts beside the same at few."""
    lines = []
    names = [key.removesuffix(f" at {SMALL:,}") for key in found if key.endswith(f" at {SMALL:,}")]
    for name in names:
        few, many = found[f"{name} at {SMALL:,}"], found[f"{name} at {large:,}"]
        note = f"{few.cpu:.2f} → {many.cpu:.2f} ms of CPU, answered in {many.wait:.1f} ms"
        bound = None if name == "empty endpoint" else 1.5
        lines.append(Line(f"{large:,} to {SMALL:,}: {name}", many.cpu / few.cpu, "×", bound, note=note))
    return lines


def _light(found: dict[str, Cost], large: int) -> list[Line]:
    """Beside an authenticated endpoint that does nothing."""
    empty = found[f"empty endpoint at {large:,}"].cpu
    asked = (
        ("JSON list of 25", 2.0),
        ("JSON list, newest", 2.0),
        ("page of the list, newest", None),
        ("overview", 6.0),
    )
    return [
        Line(
            f"to an authenticated empty endpoint: {name}",
            found[f"{name} at {large:,}"].cpu / empty,
            "×",
            bound,
            note=f"{found[f'{name} at {large:,}'].cpu:.2f} to {empty:.2f} ms",
        )
        for name, bound in asked
    ]


def _memory(served: Served, count: int) -> Line:
    own = served.memory_mb("RssAnon")
    return Line(
        f"memory of the process that serves {count:,} alerts",
        served.memory_mb("VmRSS"),
        "MB",
        note=f"{own:.0f} MB of its own, the rest mapped from files",
    )
