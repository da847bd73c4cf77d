"""A receiver of webhooks on loopback that does as it is told, for the demo and for tests."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lamis.simulators.startable import Startable

BAD = "/bad"


@dataclass(frozen=True, slots=True)
class Received:
    """One request; names of headers are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. `held` makes the answer wait until it is set."""

    status: int = 204
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    held: threading.Event | None = None


class Receiver(Startable):
    """Answers 204, below `/bad` always 503; `replies` are used up first, one for each request."""

    def __init__(self, port: int = 0) -> None:
        self.replies: deque[Reply] = deque()
        self.received: list[Received] = []
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.receiver = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply_to(self, request: Received) -> Reply:
        """Keep the request and say what it gets."""
        self.received.append(request)
        if self.replies:
            return self.replies.popleft()
        if request.path.startswith(BAD):
            return Reply(503, b"Out of order: this receiver of the demo always fails.")
        return Reply()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.receiver.reply_to(Received(self.path, headers, body))
        if reply.held is not None:
            reply.held.wait(30)
        self.close_connection = True
        try:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)
        except OSError:
            return  # whoever asked has gone

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Quiet: the demo's terminal is for its own words."""
