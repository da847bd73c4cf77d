"""How soon an alert that was stored is in very many sockets, beside a server that does nothing else."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bench.installation import new_document, prepare
from bench.listeners import listeners
from bench.report import Line, Section
from bench.serving import Served, free_port
from lamis.simulators.local import LocalIndexer

SOCKETS = 1000
PATH = "/api/v2/ws"
MOST_MS = 100
_PATIENCE_S = 30
_SAYS = json.dumps({"action": "subscribe", "type": "alerts", "padding": "x" * 100})


def measure(folder: Path, *, quick: bool) -> Section:
    """A document is stored, or a message sent, over and over; each time the last socket of all counts."""
    rounds, count = (5, 200) if quick else (20, SOCKETS)
    with _bare() as port:
        bare = asyncio.run(_arrivals(port, PATH, count, rounds, lambda: _say(port)))
    with LocalIndexer(tls=False) as indexer:
        indexer.add(new_document())
        prepare(folder, indexer, count=0, poll_s=1, tenants=("Acme",))
        with Served(folder) as served:
            served.wait_for("/sign-in")
            served.sign_in()
            path = f"{PATH}?token={served.api.headers['Authorization'].split()[1]}"
            before_mb = served.memory_mb("RssAnon")
            ours = asyncio.run(_arrivals(served.port, path, count, rounds, lambda: _add(indexer)))
            socket_kb = (served.memory_mb("RssAnon") - before_mb) * 1024 / count
    last, bare_last = median(each[-1] for each in ours), median(each[-1] for each in bare)
    return Section(
        f"Sockets ({count:,} of them, one view)",
        [
            Line("stored to in the last socket, median", last, "ms", MOST_MS),
            Line("stored to in the middle socket, median", median(median(each) for each in ours), "ms"),
            Line("a bare server: sent to in the last socket, median", bare_last, "ms"),
            Line("times the bare server", last / bare_last),
            Line("memory a socket takes", socket_kb, "kB"),
        ],
    )


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port)], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + _PATIENCE_S
        while not _answers(port):
            if time.monotonic() > until or process.poll() is not None:
                raise SystemExit("The bare server did not start.")
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").is_success
    except httpx.TransportError:
        return False


async def _say(port: int) -> None:
    async with httpx.AsyncClient() as client:
        await client.post(f"http://127.0.0.1:{port}/say")


async def _add(indexer: LocalIndexer) -> None:
    await asyncio.to_thread(indexer.add, new_document())


async def _arrivals(
    port: int, path: str, count: int, rounds: int, cause: Callable[[], Awaitable[None]]
) -> list[list[float]]:
    """For each round the milliseconds until each socket was told, in order."""
    came: list[float] = []

    def heard(message: dict[str, Any], at: float) -> None:
        if message.get("type") == "alerts" and message["alerts"]:
            stored = datetime.fromisoformat(message["alerts"][0]["stored_at"]).timestamp()
            came.append((at - stored) * 1000)

    opened = await listeners(port, path, count=count, says=_SAYS, heard=heard)
    await asyncio.sleep(1)  # what the first ones were told is over
    found = []
    for _ in range(rounds):
        came.clear()
        await cause()
        async with asyncio.timeout(_PATIENCE_S):
            while len(came) < count:
                await asyncio.sleep(0.01)
        found.append(sorted(came))
    for each in opened:
        each.close()
    return found
