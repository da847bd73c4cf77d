"""Reading requests as PHP does."""

import base64

import pytest

from lamis.simulators.opnsense.exchange import Ask, Call, Unexpected


def test_a_login_is_read_and_other_headers_are_none() -> None:
    token = base64.b64encode(b"key:sec:ret").decode()
    assert Ask("GET", "/", authorization=f"Basic {token}").login == ("key", "sec:ret")
    for header in (None, "Bearer x", "Basic ???", "Basic " + base64.b64encode(b"no colon").decode()):
        assert Ask("GET", "/", authorization=header).login is None


def test_fields_are_scalars_or_an_error() -> None:
    call = Call("POST", [], {"a": 5, "b": ["x"], "c": None, "d": "x", "e": {"f": "g"}})
    assert (call.text("a"), call.text("c"), call.text("z", "else")) == ("5", "", "else")
    assert (call.number("a", 1), call.number("d", 1), call.number("z", 1)) == (5, 0, 1)
    assert (call.object("e"), call.object("a")) == ({"f": "g"}, None)
    with pytest.raises(Unexpected):
        call.text("b")
