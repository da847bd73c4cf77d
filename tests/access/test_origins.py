"""Whose page opens a socket."""

import pytest
from starlette.requests import HTTPConnection

from lamis.access.origins import is_own


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        (None, "lamis.example", True),
        ("https://lamis.example", "lamis.example", True),
        ("https://lamis.example", "lamis.example:443", True),
        ("http://LAMIS.example:8000", "lamis.example:8000", True),
        ("http://[2001:db8::1]:8000", "[2001:db8::1]:8000", True),
        ("https://elsewhere.example", "lamis.example", False),
        ("https://lamis.example.elsewhere.example", "lamis.example", False),
        ("http://lamis.example:8001", "lamis.example:8000", False),
        ("http://lamis.example", "lamis.example:8000", False),
        ("null", "lamis.example", False),
        ("", "lamis.example", False),
        ("http://lamis.example:port", "lamis.example", False),
        ("http://[", "lamis.example", False),
        ("http://lamis.example", "[", False),
    ],
)
def test_only_the_host_that_was_asked_is_ours(origin: str | None, host: str, expected: bool) -> None:
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert is_own(HTTPConnection({"type": "websocket", "headers": raw})) is expected
