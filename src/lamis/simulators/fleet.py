"""Several simulated indexers, each in a process of its own that ends with the one that started it."""

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from lamis.simulators.indexer import Release
from lamis.simulators.profiles import PROFILES
from lamis.simulators.startable import Startable

DEMO = tuple(PROFILES)
_START_S = 60.0
_STOP_S = 3.0


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running simulated indexer and how to get in; the control token opens `/_simulator/…`."""

    profile: str
    release: Release
    url: str
    username: str
    password: str = field(repr=False)
    ca_pem: str
    fingerprint: str
    control_token: str = field(repr=False)
    documents: int


class Fleet(Startable):
    """A context manager over the processes; `deployments` are in the order of `profiles`.

    `state_dir` keeps each deployment's certificates, password, port and documents over restarts; without
    it all are new. The processes stay in the caller's session and group, and end by themselves when the
    caller dies, however it dies: their standard input is a pipe that only the caller holds open.
    """

    def __init__(self, profiles: Sequence[str] = DEMO, *, state_dir: Path | None = None) -> None:
        self._profiles = profiles
        self._state_dir = state_dir
        self._processes: list[subprocess.Popen[bytes]] = []
        self.deployments: list[Deployment] = []

    def start(self) -> None:
        """Start all at once and wait until each answers.

        Raises RuntimeError when one does not; then none is left running.
        """
        try:
            self._processes = [self._launch(name) for name in self._profiles]
            deadline = time.monotonic() + _START_S
            self.deployments = [_ready(process, deadline) for process in self._processes]
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End them; one that does not go in time is killed."""
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()
        deadline = time.monotonic() + _STOP_S
        for process in self._processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._processes = []

    def is_alive(self) -> bool:
        """Whether all are still running."""
        return bool(self._processes) and all(process.poll() is None for process in self._processes)

    def _launch(self, name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "lamis.simulators.serve", "--profile", name, "--until-stdin-ends"]
        if self._state_dir is not None:
            command += ["--cert-dir", str(self._state_dir / name)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 -- our own


def _ready(process: subprocess.Popen[bytes], deadline: float) -> Deployment:
    if process.stdout is None:
        raise RuntimeError("A simulated indexer has no output to wait for.")
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise RuntimeError("A simulated indexer did not start in time.")
            piece = os.read(process.stdout.fileno(), 65_536)
            if not piece:
                raise RuntimeError("A simulated indexer ended before it answered.")
            line += piece
    told = orjson.loads(line)
    return Deployment(**{**told, "release": Release(told["release"])})
