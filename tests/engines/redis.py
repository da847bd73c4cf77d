"""A real Redis on a free port, in memory only."""

import shutil
import socket
import subprocess
from pathlib import Path

from tests.engines.node import free_port
from tests.engines.waiting import wait_until

_START_S = 10


class RedisServer:
    """A running redis-server; `url` ends with its first database."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        program = shutil.which("redis-server")
        assert program is not None, "asked for before `why_not` was"
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(folder)]
        options += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        self._process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        wait_until(self._answers, timeout_s=_START_S, what="redis-server answering")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def why_not() -> str | None:
    """The reason why Redis cannot start here; None when it can."""
    return None if shutil.which("redis-server") else "redis-server is not installed (Debian: redis-server)"
