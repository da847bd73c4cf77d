"""Running the command line in a process of its own, for tests."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.engines.waiting import PATIENCE_S, wait_until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def wait_for(what: Callable[[], bool], *, within_s: float = PATIENCE_S) -> None:
    """Look until it is so. Raises TimeoutError past the deadline."""
    wait_until(what, what="what was waited for", timeout_s=within_s)


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """This environment without settings of LAMIS but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAMIS_")}
    return kept | {"LAMIS_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"} | more


def lamis(
    *arguments: str, data_dir: Path, text: str | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "lamis", *arguments],
        env=environment(data_dir, **more),
        cwd=data_dir.parent,
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )


@contextmanager
def running(*arguments: str, data_dir: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A command that keeps running, in a session of its own; what is left of it is killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lamis", *arguments],
        env=environment(data_dir, **more),
        cwd=data_dir.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)


def answers(url: str) -> bool:
    """Whether something answers there with success."""
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.TransportError:
        return False
