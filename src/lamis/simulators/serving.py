"""Putting a simulated system on a loopback port over TLS."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import FrameType

import uvicorn

from lamis.simulators.asgi import Message, Receive, Send
from lamis.simulators.certificates import Certificates

Application = Callable[[Message, Receive, Send], Awaitable[None]]

_START_S = 10


class Server(uvicorn.Server):
    """A server that ends at once: answers under way are dropped, connections cut without farewell."""

    _serving: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def main_loop(self) -> None:
        over = asyncio.Event()
        self._serving = asyncio.get_running_loop(), over
        if not self.should_exit:
            await over.wait()

    def end(self) -> None:
        """Stop serving; from any thread."""
        self.should_exit = True
        if self._serving is not None:
            loop, over = self._serving
            with suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(over.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.end()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        tasks = list(self.server_state.tasks)
        for connection in list(self.server_state.connections):
            if (transport := getattr(connection, "transport", None)) is not None:
                transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(5):
            await asyncio.sleep(0)  # aborted transports close their sockets in the next turns of the loop


def make_server(app: Application, certificates: Certificates | None) -> Server:
    """A server that is not started yet; run it with a socket of `listen`.

    Without certificates it is plain HTTP. It sends neither `Date` nor `Server`, as the engine does not.
    """
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level=logging.CRITICAL + 1,  # answers cut short on purpose are logged as errors otherwise
        server_header=False,
        date_header=False,
        timeout_keep_alive=60,
    )
    config.load()
    if certificates is not None:
        config.ssl = server_context(certificates)
    return Server(config)


def server_context(certificates: Certificates) -> ssl.SSLContext:
    """The server's side of TLS; the private key touches the disk only while it is read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        certificates.write(Path(folder))
        context.load_cert_chain(Path(folder) / "node.pem", Path(folder) / "node-key.pem")
    return context


def listen(port: int, *, or_any: bool = False) -> socket.socket:
    """A socket on that loopback port; 0 takes a free one, and so does a taken one with `or_any`.

    Raises OSError.
    """
    # Named, or asyncio does not recognise TCP and leaves its delays on: 40 ms for each answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        if not or_any:
            raise
        return listen(0)
    return listener


class Background:
    """A server in a thread of this process; started again it listens on the port it had."""

    def __init__(self, certificates: Certificates | None, *, name: str, port: int = 0) -> None:
        self.port = port
        self._certificates = certificates
        self._name = name
        self._server: Server | None = None
        self._thread: Thread | None = None

    def start(self, app: Application, *, or_any: bool = False) -> None:
        """Listen; with `or_any` on another port where the wanted one is taken.

        Raises OSError, and RuntimeError when it does not come up.
        """
        self._server = make_server(app, self._certificates)
        listener = listen(self.port, or_any=or_any)
        self.port = listener.getsockname()[1]
        self._thread = Thread(target=self._server.run, args=([listener],), name=self._name, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START_S
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError(f"The {self._name} did not start.")
            time.sleep(0.001)

    def stop(self) -> bool:
        """Stop listening and drop all connections, answers under way included; whether it was running."""
        if self._thread is None or self._server is None:
            return False
        self._server.end()
        self._thread.join(_START_S)
        self._thread = None
        return True
