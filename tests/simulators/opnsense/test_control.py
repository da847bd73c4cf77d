"""What can be changed from outside, and by whom."""

from typing import Any

import orjson
import pytest

from lamis.simulators.exchange import Reply
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.control import Control
from lamis.simulators.opnsense.exchange import Ask


@pytest.fixture
def box() -> Box:
    made = Box()
    made.make_alias("T")
    return made


def control(box: Box, method: str, path: str, body: Any = None, *, token: str = "t0ken") -> Reply:
    raw = b"" if body is None else orjson.dumps(body)
    return Control(box, token="t0ken").answer(Ask(method, f"/_simulator/{path}", raw, f"Bearer {token}"))


def state(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    found: dict[str, Any] = orjson.loads(reply.body)
    return found


def test_a_stranger_is_not_let_in(box: Box) -> None:
    assert control(box, "GET", "state", token="guess").status == 401
    nobody = Ask("GET", "/_simulator/state", authorization="Bearer ")
    assert Control(box, token="").answer(nobody).status == 401


def test_entries_come_and_go(box: Box) -> None:
    told = state(control(box, "POST", "entries", {"table": "T", "entries": ["192.0.2.1"]}))
    assert told["tables"]["T"] == ["192.0.2.1"]
    assert state(control(box, "POST", "tick", {"seconds": 60}))["tables"]["T"] == ["192.0.2.1"]
    assert state(control(box, "POST", "lose-table", {"table": "T"}))["tables"]["T"] == []


def test_connections_come_and_a_reboot_ends_them(box: Box) -> None:
    told = state(control(box, "POST", "connections", {"addresses": ["192.0.2.1"]}))
    assert told["states"] == ["192.0.2.1"]
    assert state(control(box, "POST", "reboot"))["states"] == []


def test_faults_are_switched_on_and_off(box: Box) -> None:
    told = state(control(box, "POST", "faults", {"kind": "does_nothing", "count": 2}))
    assert told["faults"] == ["does_nothing"]
    assert state(control(box, "DELETE", "faults"))["faults"] == []


def test_the_box_can_become_another(box: Box) -> None:
    told = state(control(box, "POST", "box", {"version": "25.1.12", "configd_up": False, "limit": 5}))
    assert (told["version"], told["configd_up"], box.pf.limit) == ("25.1.12", False, 5)


@pytest.mark.parametrize(
    ("path", "body", "status"), [("nothing", None, 404), ("faults", {"kind": "x"}, 400), ("tick", {}, 400)]
)
def test_what_is_not_understood_is_said(box: Box, path: str, body: Any, status: int) -> None:
    assert control(box, "POST", path, body).status == status
