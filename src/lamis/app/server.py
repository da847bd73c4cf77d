"""uvicorn in this process, made to end in time and to let us finish after it."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from lamis.base.errors import Conflict, Invalid

GRACE_S = 1  # what running answers get
PING_S = 20  # a socket whose other side answers no ping for this long is closed
LONGEST_FRAME_BYTES = 256 * 1024
DEADLINE_S = 4.5  # after the signal the process is gone, whatever hangs


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises Conflict where the port is taken, Invalid for a wrong host."""
    try:
        family, kind, proto, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that can be none
        raise Invalid(f"LAMIS_HOST {host} is not an address of this machine.", field="LAMIS_HOST") from error
    listener = socket.socket(family, kind, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise Conflict(
            f"LAMIS cannot listen on {host} port {port}: {error.strerror}. Set LAMIS_HOST or LAMIS_PORT."
        ) from error
    return listener


class Server(uvicorn.Server):
    """Serves until SIGTERM or SIGINT, then returns instead of dying from the signal.

    `when_listening` runs in a thread once requests are answered, so that the first page does not wait
    for the workers. uvicorn itself would re-raise the signal and nothing after it would run.
    """

    def __init__(self, app: ASGIApp, *, when_listening: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
                ws="websockets-sansio",
                # Packing each message again for each socket costs more than it saves, and memory a socket.
                ws_per_message_deflate=False,
                ws_max_size=LONGEST_FRAME_BYTES,
                ws_ping_interval=PING_S,
                ws_ping_timeout=PING_S,
            )
        )
        self._starter = threading.Thread(target=when_listening, name="start", daemon=True)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._starter.start()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            self.should_exit = True
            _end_in_time()

    def finish_starting(self, timeout_s: float) -> None:
        """Wait for `when_listening`, so that what it started can be stopped."""
        if self._starter.ident is not None:
            self._starter.join(timeout_s)


class Idle:
    """A process that answers nobody: starts what works in it, and waits for SIGTERM or SIGINT."""

    def __init__(self, *, when_started: Callable[[], None]) -> None:
        self._starter = threading.Thread(target=when_started, name="start", daemon=True)
        self._is_ended = threading.Event()

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        self._starter.start()
        self._is_ended.wait()

    def finish_starting(self, timeout_s: float) -> None:
        """Wait for `when_started`, so that what it started can be stopped."""
        self._starter.join(timeout_s)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_ended.is_set():
            self._is_ended.set()
            _end_in_time()


def _end_in_time() -> None:
    last = threading.Timer(DEADLINE_S, os._exit, args=(0,))
    last.daemon = True
    last.start()
