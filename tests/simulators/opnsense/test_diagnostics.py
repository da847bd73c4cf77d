"""Ending connections (V25), and how the filter of kill_states betrays who trusts it."""

import pytest

from lamis.simulators.opnsense.box import Box
from tests.simulators.opnsense.conftest import Asking

KILL = "diagnostics/firewall/kill_states"
FAILED = {"result": "failed"}


def test_v25_states_of_an_address_are_dropped(api: Asking, box: Box) -> None:
    box.connect("192.0.2.7")
    box.connect("198.51.100.1", inside="192.0.2.7")
    box.connect("198.51.100.2", nat="192.0.2.7")
    box.connect("192.0.2.70")
    assert api.post(KILL, {"filter": "192.0.2.7"}).json() == {"result": "ok", "dropped_states": 3}
    assert [state.src for state in box.states] == ["192.0.2.70"]
    assert api.post(KILL, {}).json() == FAILED
    assert api.get(KILL).json() == FAILED


def test_an_ipv6_filter_loses_its_colons_and_matches_anything(api: Asking, box: Box) -> None:
    box.connect("192.0.2.1", dst_port="2001")
    assert api.post(KILL, {"filter": "2001::"}).json() == {"result": "ok", "dropped_states": 1}


@pytest.mark.parametrize(("version", "dropped"), [("24.1", 1), ("26.7.2", 0)])
def test_a_slash_is_kept_before_24_7_only(api: Asking, box: Box, version: str, dropped: int) -> None:
    box.version_text = version
    box.connect("192.0.2.7")
    assert api.post(KILL, {"filter": "192.0.2.0/24"}).json()["dropped_states"] == dropped


def test_states_are_queried_and_deleted_one_by_one(api: Asking, box: Box) -> None:
    box.connect("2001:db8::5")
    box.connect("2001:db8::50")
    asked = {"searchPhrase": "2001:db8::5", "current": 1, "rowCount": 500}
    rows = api.post("diagnostics/firewall/query_states", asked).json()["rows"]
    assert [row["src_addr"] for row in rows] == ["2001:db8::5"]
    told = api.post(f"diagnostics/firewall/del_state/{rows[0]['id']}").json()
    assert "1" in told["result"]
    assert [state.src for state in box.states] == ["2001:db8::50"]
    assert api.get("diagnostics/firewall/query_states").json()["rows"] == []
    assert api.get(f"diagnostics/firewall/del_state/{rows[0]['id']}").json() == {"result": ""}


def test_it_tells_its_version(api: Asking) -> None:
    told = api.get("diagnostics/system/system_information").json()
    assert told["versions"][0] == "OPNsense 26.7.2-amd64"
