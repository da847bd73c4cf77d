"""A real Redis on a free port, in memory only."""

import shutil
import signal
import socket
import subprocess
from pathlib import Path

import redis as client

from tests.engines.node import free_port
from tests.engines.waiting import wait_until

_START_S = 10


class RedisServer:
    """A running redis-server; `url` ends with its first database. It may be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Run on the same port, empty; nothing happens while it runs."""
        if self._process is not None:
            return
        program = shutil.which("redis-server")
        assert program is not None, "asked for before `why_not` was"
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self._folder)]
        options += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        self._process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        wait_until(self._answers, timeout_s=_START_S, what="redis-server answering")

    def hang(self, *, is_hung: bool) -> None:
        """Have it answer nothing while its lines stay open, or go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if is_hung else signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def wipe(self) -> None:
        with client.Redis.from_url(self.url) as connection:
            connection.flushall()

    def stop(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.stop()


def why_not() -> str | None:
    """The reason why Redis cannot start here; None when it can."""
    return None if shutil.which("redis-server") else "redis-server is not installed (Debian: redis-server)"
