"""Which rules drop, and making those that are missing."""

import pytest

from lamis.base.errors import Refused
from lamis.connectors.opnsense import rules
from lamis.connectors.opnsense.answers import RuleRow
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.rules import FAMILIES
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.local import LocalFirewall

NONE: frozenset[str] = frozenset()


def row(**changes: object) -> RuleRow:
    given = {
        "action": "block",
        "direction": "in",
        "ipprotocol": "inet46",
        "source_net": "T",
        "description": "r",
    }
    return RuleRow(**(given | changes))


@pytest.mark.parametrize(
    ("one", "into", "out"),
    [
        (row(), FAMILIES, NONE),
        (row(action="reject"), FAMILIES, NONE),
        (row(action="Block", direction="In", ipprotocol="IPv4+IPv6"), FAMILIES, NONE),
        (row(ipprotocol="IPv4"), frozenset({"inet"}), NONE),
        (row(ipprotocol="inet6"), frozenset({"inet6"}), NONE),
        (row(direction="any"), FAMILIES, NONE),
        (row(protocol="any", destination_net="any", destination_port=""), FAMILIES, NONE),
        (row(protocol="TCP"), NONE, NONE),
        (row(protocol="any", destination_port="22"), NONE, NONE),
        (row(source_port="1024-65535"), NONE, NONE),
        (row(destination_net="192.0.2.10"), NONE, NONE),
        (row(destination_net="any", destination_not="1"), NONE, NONE),
        (row(source_net="lan", destination_net="T", direction="out"), NONE, NONE),
        (row(source_net="Other,T"), FAMILIES, NONE),
        (row(source_net="any", destination_net="T", direction="out"), NONE, FAMILIES),
        (row(enabled=True, quick=1, ipprotocol=None), FAMILIES, NONE),
        (row(action="pass"), NONE, NONE),
        (row(enabled="0"), NONE, NONE),
        (row(quick="0"), NONE, NONE),
        (row(source_not="1"), NONE, NONE),
        (row(source_net="T2"), NONE, NONE),
        (row(direction="out"), NONE, NONE),
        (row(source_net=None, description=None), NONE, NONE),
    ],
)
def test_only_an_enabled_quick_rule_drops(one: RuleRow, into: frozenset[str], out: frozenset[str]) -> None:
    found = rules.coverage_of([one], "T")
    assert (found.into, found.out, found.drops) == (into, out, bool(into))


def test_a_rule_that_passes_before_is_named_and_one_after_is_not() -> None:
    passing = row(action="pass", description="let in", source_net="any")
    assert rules.coverage_of([passing, row()], "T").passed_before == "let in"
    assert rules.coverage_of([row(), passing], "T").passed_before == ""


def test_a_rule_of_one_interface_is_told_unless_another_is_everywhere() -> None:
    assert rules.coverage_of([row(interface="lan")], "T").interface == "lan"
    assert rules.coverage_of([row(interface="lan"), row()], "T").interface == ""
    assert rules.coverage_of([row(), row(interface="lan")], "T").interface == ""


def test_missing_rules_are_made_once(box: Box, client: NodeClient) -> None:
    box.make_alias("T")
    made = rules.make_rules(client, "T")
    assert [sentence.split(" was made")[0] for sentence in made] == ["A rule", "A rule"]
    assert rules.make_rules(client, "T") == []
    box.put("T", "192.0.2.7", "2001:db8::7")
    assert box.drops("192.0.2.7")
    assert box.drops("2001:db8::7")
    found = rules.coverage(client, "T")
    assert (found.into, found.out, found.by) == (FAMILIES, FAMILIES, "LAMIS: from addresses in T")
    assert found.interface == ""


def test_a_rule_that_is_made_comes_before_those_that_let_pass(box: Box, client: NodeClient) -> None:
    box.make_alias("T")
    box.make_rule(action="pass", ipprotocol="inet46", sequence="100", description="everyone in")
    rules.make_rules(client, "T")
    box.put("T", "192.0.2.7")
    assert box.drops("192.0.2.7")
    assert rules.coverage(client, "T").passed_before == ""


def test_a_family_each_is_made_before_25_1(box: Box, client: NodeClient) -> None:
    box.version_text = "24.7.12"
    box.make_alias("T")
    assert len(rules.make_rules(client, "T")) == 4
    assert rules.make_rules(client, "T") == []
    box.put("T", "192.0.2.7", "2001:db8::7")
    assert box.drops("2001:db8::7")


def test_only_the_missing_family_is_made(box: Box, client: NodeClient) -> None:
    box.make_alias("T")
    box.make_rule(action="block", source_net="T", ipprotocol="inet")
    box.make_rule(action="block", destination_net="T", ipprotocol="inet46", direction="out")
    made = rules.make_rules(client, "T")
    assert len(made) == 1
    assert "IPv6" in made[0]


def test_a_rule_that_is_refused_is_told(client: NodeClient) -> None:
    with pytest.raises(Refused, match="NOPE is not a valid source"):
        rules.make_rules(client, "NOPE")


def test_rules_that_are_not_loaded_are_told(
    firewall: LocalFirewall, client: NodeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "reload", lambda _path: {"status": "error"})
    with pytest.raises(Refused, match="did not load its rules"):
        rules.apply(client)
