"""The faults as a client sees them, and the wait for who has a wrong key."""

import asyncio

import httpx
import pytest

from lamis.simulators.opnsense.app import LOGIN_PAD_S, FirewallApp
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.faults import FaultKind
from lamis.simulators.opnsense.local import LocalFirewall
from tests.simulators.opnsense.conftest import Asking

ADD = "firewall/alias_util/add/T"
ADDRESS = {"address": "192.0.2.7"}


def test_v02_a_wrong_key_waits_while_others_are_answered() -> None:
    box = Box()
    user = box.add_user()

    async def ask() -> bool:
        transport = httpx.ASGITransport(FirewallApp(box, login_pad_s=3600))
        async with httpx.AsyncClient(transport=transport, base_url="https://box/api/") as client:
            wrong = asyncio.create_task(client.get("core/menu/search", auth=(user.key, "wrong")))
            right = await client.get("core/menu/search", auth=(user.key, user.secret))
            is_waiting = not wrong.done()
            wrong.cancel()
            return is_waiting and right.status_code == 200

    assert asyncio.run(ask())
    assert FirewallApp(box).login_pad_s == LOGIN_PAD_S == 2


def test_it_can_say_done_and_do_nothing(firewall: LocalFirewall, api: Asking) -> None:
    firewall.fault(FaultKind.DOES_NOTHING, count=1)
    assert api.listed("T") == []
    assert api.post(ADD, ADDRESS).json() == {"status": "done"}
    assert api.listed("T") == []
    assert api.post(ADD, ADDRESS).json() == {"status": "done"}
    assert api.listed("T") == ["192.0.2.7"]


def test_a_wrong_key_is_refused_even_by_one_that_does_nothing(firewall: LocalFirewall, api: Asking) -> None:
    firewall.fault(FaultKind.DOES_NOTHING)
    assert api.anonymous("POST", ADD, json=ADDRESS).status_code == 302


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        (FaultKind.REDIRECT, 302, b""),
        (FaultKind.HTML, 200, b"<!doctype html>"),
        (FaultKind.ERROR, 500, b'{"errorMessage":"Unexpected error'),
        (FaultKind.UNAUTHORIZED, 401, b'{"status":401'),
        (FaultKind.FORBIDDEN, 403, b'{"status":403'),
        (FaultKind.NOT_FOUND, 404, b'{"errorMessage":"Endpoint not found"'),
    ],
)
def test_faults_answer_in_its_own_words(
    firewall: LocalFirewall, api: Asking, kind: FaultKind, status: int, start: bytes
) -> None:
    firewall.fault(kind, on="firewall/alias_util/add")
    told = api.post(ADD, ADDRESS)
    assert told.status_code == status
    assert told.content.startswith(start)
    assert api.listed("T") == []
    firewall.clear_faults()
    assert api.post(ADD, ADDRESS).json() == {"status": "done"}


def test_a_list_can_count_more_than_it_shows(firewall: LocalFirewall, api: Asking) -> None:
    firewall.box.put("T", "192.0.2.7", "192.0.2.8")
    firewall.fault(FaultKind.SHORT_LIST, count=1)
    told = api.post("firewall/alias_util/list/T", {"rowCount": -1}).json()
    assert (told["total"], [row["ip"] for row in told["rows"]]) == (2, ["192.0.2.7"])


def test_an_answer_can_break_off(firewall: LocalFirewall, api: Asking) -> None:
    firewall.fault(FaultKind.HALF_ANSWER, count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(ADD, ADDRESS)


def test_a_late_answer_comes(firewall: LocalFirewall, api: Asking) -> None:
    firewall.fault(FaultKind.SLOW, delay_s=0.01)
    assert api.post(ADD, ADDRESS).json() == {"status": "done"}


@pytest.mark.slow
def test_a_hanging_answer_does_not_keep_it_from_stopping(firewall: LocalFirewall, api: Asking) -> None:
    firewall.fault(FaultKind.HANG)
    with pytest.raises(httpx.ReadTimeout):
        api.send("GET", "core/menu/search", timeout=0.1)
    firewall.stop()
