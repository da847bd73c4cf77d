"""Whether a socket is opened by one of our own pages."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

_USUAL_PORTS = {"http": 80, "https": 443}


def is_own(connection: HTTPConnection) -> bool:
    """Whether the Origin is the host that was asked; a program that sends none is no page and may.

    The scheme does not count, because a proxy may speak TLS for us; a cookie never opens a socket.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
        asked = urlsplit(f"//{connection.headers.get('host', '')}")
        port = parts.port or _USUAL_PORTS.get(parts.scheme)
        return (parts.hostname, port) == (asked.hostname, asked.port or _USUAL_PORTS.get(parts.scheme))
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False
