"""A listener on loopback that answers each connection with scripted bytes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lamis.simulators.certificates import Certificates
from tests.engines.waiting import PATIENCE_S

Play = Callable[[socket.socket], None]


def answer(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def read_request(connection: socket.socket) -> bytes:
    """The head of a request, and what came with it."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        part = connection.recv(65_536)
        if not part:
            break
        seen += part
    return seen


@contextmanager
def listener(play: Play, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Its port; each connection is handed to `play` in a thread of its own and then closed."""
    server = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    streams: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        try:
            with connection, tls.wrap_socket(connection, server_side=True) if tls else connection as stream:
                streams.append(stream)
                play(stream)
        except OSError:
            return

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.settimeout(10)
            threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
            threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for stream in streams:
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
        for thread in [acceptor, *threads]:
            thread.join(PATIENCE_S)


def say(data: bytes) -> Play:
    """Answer every request of a connection with `data`."""

    def play(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(data)

    return play


def server_context(
    certificates: Certificates, folder: Path, *, client_ca_pem: str | None = None
) -> ssl.SSLContext:
    certificates.write(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "node.pem", folder / "node-key.pem")
    if client_ca_pem:
        context.load_verify_locations(cadata=client_ca_pem)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
