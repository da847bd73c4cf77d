"""What the box says of itself."""

from lamis.simulators.opnsense.box import Box
from tests.simulators.opnsense.conftest import Asking


def test_every_valid_key_may_ask_for_the_menu(api: Asking, box: Box) -> None:
    assert api.get("core/menu/search", user=box.add_user("nothing")).json() == []


def test_it_tells_its_version(api: Asking) -> None:
    assert api.get("core/firmware/status").json()["product"]["product_version"] == "26.7.2"


def test_a_complaint_about_rules_is_a_status(api: Asking, box: Box) -> None:
    assert api.get("core/system/status").json()["subsystems"]["firewall"]["status"] == "OK"
    box.rule_error = "syntax error"
    assert api.get("core/system/status").json()["subsystems"]["firewall"]["message"] == "syntax error"
    box.version_text = "24.7.12"
    assert api.get("core/system/status").json()["System"] == {"status": "Error"}


def test_it_tells_its_addresses_and_gateways(api: Asking) -> None:
    rows = api.get("interfaces/overview/interfaces_info").json()["rows"]
    assert rows[0]["ipv4"] == [{"ipaddr": "192.0.2.1/24"}]
    assert rows[0]["gateways"] == ["192.0.2.254"]
    items = api.get("routes/gateway/status").json()["items"]
    assert [item["address"] for item in items] == ["192.0.2.254", "~"]
