"""Requests and answers as values."""

import pytest

from lamis.simulators.exchange import Ask, Reply
from lamis.simulators.refusals import Refusal, unauthorized


def test_a_body_must_be_an_object() -> None:
    assert Ask("GET", "/a//b").json() == {}
    assert Ask("GET", "/a//b").parts == ["a", "b"]
    for body in (b"{half", b"[1]"):
        with pytest.raises(Refusal):
            Ask("POST", "/", body=body).json()


def test_a_refusal_becomes_an_answer_with_its_headers() -> None:
    reply = Reply.refusing(unauthorized())
    assert (reply.status, "www-authenticate" in reply.headers) == (401, True)
    assert Reply.of({"a": 1}).body == b'{"a":1}'
