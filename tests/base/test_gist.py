"""Bodies of every sort in a line."""

import httpx
import pytest

from lamis.base.gist import gist
from lamis.base.http import Answer


def test_a_body_is_told_in_a_line() -> None:
    answer = Answer(200, httpx.Headers(), bytearray(b"It  works\n" * 50), "x")
    assert gist(answer) == "“" + ("It works " * 9)[:80] + "”"
    assert gist(Answer(502, httpx.Headers(), bytearray(), "x")) == "an empty answer with status 502"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b" \n\t", "an empty answer with status 503"),
        (b"\n<!doctype html><title>Sign in</title>", "a web page with status 503"),
        (b"\x00\xff", "unreadable bytes"),
        ("Zürich".encode(), "“Zürich”"),
        ("ü".encode() * 300, "“" + "ü" * 80 + "”"),
    ],
)
def test_blank_foreign_and_binary_bodies_are_named_as_what_they_are(body: bytes, told: str) -> None:
    assert gist(Answer(503, httpx.Headers(), bytearray(body), "x")) == told
