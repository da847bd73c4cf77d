"""A LAMIS process to measure: started on a prepared folder, asked over HTTP, its CPU read from its clock."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

NAME, PASSWORD = "bench", "correct horse battery staple"
_START_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A LAMIS process on `data_dir`; `api` and `pages` are signed in as the bench's operator.

    `settings` are LAMIS_… beside the usual ones.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        module: str = "bench.serve",
        arguments: tuple[str, ...] = (),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LAMIS_")}
        environment |= {
            "LAMIS_DATA_DIR": str(data_dir),
            "LAMIS_PORT": str(self.port),
            "LAMIS_LOG_LEVEL": "error",
            **(settings or {}),
        }
        base = f"http://127.0.0.1:{self.port}"
        self.api = httpx.Client(base_url=base, timeout=120)
        self.pages = httpx.Client(base_url=base, timeout=120)
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env=environment, stdout=subprocess.DEVNULL
        )
        # CLOCK_PROCESS_CPUTIME_ID of another process, in nanoseconds: clock_getcpuclockid(3).
        self._clock = (~self.process.pid << 3) | 2

    def __enter__(self) -> Self:
        self.wait_for("/readyz")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Stop the process and wait for it."""
        self.api.close()
        self.pages.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def wait_for(self, path: str) -> float:
        """Seconds from the start of the process to its first answer at `path`."""
        while time.monotonic() < self.began + _START_S and self.process.poll() is None:
            try:
                if self.pages.get(path).status_code < 400:
                    return time.monotonic() - self.began
            except httpx.TransportError:
                time.sleep(0.01)
        raise SystemExit("The LAMIS process to measure did not start.")

    def sign_in(self) -> None:
        """By token for the API, by cookie for the pages."""
        answer = self.api.post("/api/v2/auth/token", data={"username": NAME, "password": PASSWORD})
        answer.raise_for_status()
        self.api.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        token = self.pages.get("/sign-in").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
        form = {"name": NAME, "password": PASSWORD, "csrf": token, "next": "/"}
        answer = self.pages.post("/sign-in", data=form)
        if answer.status_code != 303 or "sign-in" in answer.headers["location"]:
            raise SystemExit(f"The bench could not sign in: {answer.status_code}.")

    def get(self, path: str) -> httpx.Response:
        client = self.api if path.startswith("/api/") else self.pages
        answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}.")
        return answer

    def cpu_s(self) -> float:
        return time.clock_gettime(self._clock)

    def memory_mb(self, kind: str) -> float:
        """A line of the process's status: VmRSS, or RssAnon, which leaves mapped files out."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def idle_share(self, seconds: float = 2) -> float:
        """CPU seconds a second that the process uses unasked."""
        before, began = self.cpu_s(), time.monotonic()
        time.sleep(seconds)
        return (self.cpu_s() - before) / (time.monotonic() - began)


@dataclass(slots=True)
class Cost:
    """CPU milliseconds a request of one address, over its batches, and how long the client waited."""

    cpu_ms: list[float] = field(default_factory=list)
    wait_ms: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpu_ms)

    @property
    def wait(self) -> float:
        return statistics.median(self.wait_ms)


@dataclass(frozen=True, slots=True)
class Asked:
    """An address of one process."""

    served: Served
    path: str


def costs(asked: Mapping[str, Asked], *, rounds: int, batch: int = 15) -> dict[str, Cost]:
    """What each address costs its process, asked by turns in small batches so that noise meets all alike."""
    idle = {id(one.served): one.served.idle_share() for one in asked.values()}
    found = {name: Cost() for name in asked}
    for one in asked.values():
        for _ in range(3):
            one.served.get(one.path)
    for _ in range(rounds):
        for name, one in asked.items():
            before, began = one.served.cpu_s(), time.monotonic()
            for _ in range(batch):
                one.served.get(one.path)
            took = time.monotonic() - began
            used = one.served.cpu_s() - before - idle[id(one.served)] * took
            found[name].cpu_ms.append(max(used, 0) / batch * 1000)
            found[name].wait_ms.append(took / batch * 1000)
    return found
