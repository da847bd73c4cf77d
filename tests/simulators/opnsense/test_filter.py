"""Rules of the configuration, and when they count (V26)."""

import pytest

from lamis.simulators.opnsense.box import Box
from tests.simulators.opnsense.conftest import Asking

BLOCK = {"action": "block", "ipprotocol": "inet46", "source_net": "T", "sequence": "1"}


def test_v26_savepoints_are_gone_since_26_7(api: Asking, box: Box) -> None:
    assert api.post("firewall/filter/savepoint").status_code == 404
    assert api.post("firewall/filter/apply").json() == {"status": "OK\n\n"}
    assert api.get("firewall/filter/apply").json() == {"status": "error"}
    box.version_text = "26.1"
    told = api.post("firewall/filter/savepoint").json()
    assert (told["status"], told["retention"]) == ("ok", "100")
    assert told["revision"]


def test_a_rule_counts_once_it_is_applied(api: Asking, box: Box) -> None:
    box.put("T", "192.0.2.0/24")
    made = api.post("firewall/filter/add_rule", {"rule": BLOCK}).json()
    assert made["result"] == "saved"
    assert not box.drops("192.0.2.7")
    api.post("firewall/filter/apply")
    assert box.drops("192.0.2.7")
    assert not box.drops("198.51.100.1")
    api.post(f"firewall/filter/toggle_rule/{made['uuid']}/0")
    api.post("firewall/filter/apply")
    assert not box.drops("192.0.2.7")


def test_the_defaults_pass_everything(api: Asking, box: Box) -> None:
    made = api.post("firewall/filter/add_rule", {"rule": {}}).json()
    told = api.get(f"firewall/filter/get_rule/{made['uuid']}").json()["rule"]
    assert (told["action"], told["ipprotocol"], told["source_net"]) == ("pass", "inet", "any")
    assert told["sequence"] == "100"


def test_an_unknown_alias_is_named(api: Asking) -> None:
    told = api.post("firewall/filter/add_rule", {"rule": BLOCK | {"source_net": "NOPE"}}).json()
    text = "NOPE is not a valid source IP address or alias."
    assert told == {"result": "failed", "validations": {"rule.source_net": text}}


def test_both_families_in_one_rule_came_with_25_1(api: Asking, box: Box) -> None:
    box.version_text = "24.7.12"
    told = api.post("firewall/filter/add_rule", {"rule": BLOCK}).json()
    assert told["validations"] == {"rule.ipprotocol": "Option not in list."}


def test_rules_are_changed_searched_and_deleted(api: Asking) -> None:
    made = api.post("firewall/filter/add_rule", {"rule": BLOCK}).json()["uuid"]
    assert api.post(f"firewall/filter/set_rule/{made}", {"rule": {"log": "1"}}).json() == {"result": "saved"}
    rows = api.post("firewall/filter/search_rule", {}).json()["rows"]
    assert [(row["uuid"], row["log"], row["source_net"]) for row in rows] == [(made, "1", "T")]
    assert api.post(f"firewall/filter/del_rule/{made}").json() == {"result": "deleted"}
    assert api.post(f"firewall/filter/del_rule/{made}").json() == {"result": "not found"}


def test_a_complaint_of_the_packet_filter_keeps_the_old_rules(api: Asking, box: Box) -> None:
    box.rule_error = "syntax error"
    api.post("firewall/filter/add_rule", {"rule": BLOCK})
    assert api.post("firewall/filter/apply").json() == {"status": "OK\n\n"}
    assert box.loaded_rules == []


@pytest.mark.parametrize("path", ["add_rule", "set_rule/x", "del_rule/x", "toggle_rule/x"])
def test_asking_by_get_fails(api: Asking, path: str) -> None:
    assert api.get(f"firewall/filter/{path}").json() == {"result": "failed"}
