"""Serve the living page and the pages of sample values by themselves: `python scripts/gallery.py [PORT]`.

For looking at the design without an installation. Only loopback, only invented values, the real CSP.
"""

import mimetypes
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from lamis.views import samples
from lamis.views.gallery import gallery_context
from lamis.views.links import Query
from lamis.views.pages import Emptiness, Why
from lamis.views.render import STATIC, render

CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
QUIET = Emptiness(Why.QUIET, read_at=samples.NOW, newest_at=samples.NOW)

PAGES: dict[str, Callable[[Query], str]] = {
    "/ui": lambda query: render("ui/gallery.html", **gallery_context(samples.frame(here="/ui"))),
    "/": lambda query: render("overview/overview.html", frame=samples.frame(), page=samples.overview(query)),
    "/quiet": lambda query: render(
        "overview/overview.html", frame=samples.frame(), page=samples.overview(emptiness=QUIET)
    ),
    "/alerts": lambda query: render(
        "alerts/list.html", frame=samples.frame("alerts"), page=samples.alerts(query if query.pairs else None)
    ),
    "/none": lambda query: render(
        "alerts/list.html",
        frame=samples.frame("alerts"),
        page=samples.alerts(emptiness=Emptiness(Why.FILTERED, filters=3, clear_url="/alerts")),
    ),
    "/alerts/a2": lambda query: render(
        "alerts/detail.html", frame=samples.frame("alerts"), page=samples.alert()
    ),
}


class Gallery(BaseHTTPRequestHandler):
    """Answers pages and static files."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/static/"):
            path = (STATIC / parts.path.removeprefix("/static/")).resolve()
            if path.is_relative_to(STATIC) and path.is_file():
                return self.answer(path.read_bytes(), mimetypes.guess_type(path.name)[0] or "text/plain")
        elif parts.path in PAGES:
            page = PAGES[parts.path](Query.parse(parts.path, parts.query))
            return self.answer(page.encode(), "text/html; charset=utf-8")
        return self.send_error(404)

    def answer(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing per request."""


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
    with ThreadingHTTPServer(("127.0.0.1", port), Gallery) as server:
        print(f"Open http://127.0.0.1:{server.server_port}/ui", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
