"""One box: preparing it, and aliases that its configuration keeps, with their traps."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network

import pytest

from lamis.base.errors import BadAnswer, Refused
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.node import Node
from lamis.simulators.opnsense import privileges
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.local import LocalFirewall
from tests.connectors.opnsense.conftest import QUICK, endpoint_of
from tests.fakes.contract import HOST, HOST_6, NET, OTHER

NodeOf = Callable[..., tuple[Box, Node]]


@pytest.fixture
def node_of(box_of: Callable[..., LocalFirewall]) -> Iterator[NodeOf]:
    """Starts a box and opens an arm to it."""
    clients: list[NodeClient] = []

    def made(**options: object) -> tuple[Box, Node]:
        firewall = box_of(**options)
        clients.append(NodeClient(endpoint_of(firewall), firewall.url, patience=QUICK))
        return firewall.box, Node(clients[-1], firewall.alias)

    yield made
    for client in clients:
        client.close()


def content(box: Box) -> list[str]:
    alias = box.alias("LAMIS_block")
    assert alias is not None
    return alias.content


def test_alias_and_rules_are_made_and_then_there(node_of: NodeOf) -> None:
    box, node = node_of(is_prepared=False)
    made = node.prepare()
    assert [sentence.split(" ")[:2] for sentence in made] == [["The", "alias"], ["A", "rule"], ["A", "rule"]]
    assert node.prepare() == []
    node.add([HOST])
    assert box.drops("192.0.2.7")


def test_the_alias_is_loaded_before_there_is_a_rule(node_of: NodeOf) -> None:
    box, node = node_of(is_prepared=False)
    node.prepare()
    steps = ("alias/add_item", "alias/reconfigure", "filter/add_rule", "filter/add_rule", "filter/apply")
    asked = [one.path.removeprefix("/api/firewall/") for one in box.requests]
    assert tuple(path for path in asked if path in steps) == steps


def test_what_was_made_half_is_finished(node_of: NodeOf) -> None:
    box, node = node_of(is_prepared=False)
    box.make_alias("LAMIS_block")
    assert len(node.prepare()) == 2


def test_an_alias_somebody_disabled_is_left_alone(node_of: NodeOf) -> None:
    box, node = node_of(is_prepared=False)
    box.make_alias("LAMIS_block", is_enabled=False)
    with pytest.raises(Refused, match="is disabled"):
        node.prepare()
    assert not box.rules


def test_an_external_alias_costs_no_revision(node_of: NodeOf) -> None:
    box, node = node_of()
    before = box.revision
    node.add([HOST, NET])
    node.remove([HOST])
    assert box.revision == before
    assert list(box.pf.tables["LAMIS_block"]) == ["203.0.113.0/24"]


@pytest.mark.parametrize("kind", ["host", "network"])
def test_the_first_entry_is_not_kept_twice(node_of: NodeOf, kind: str) -> None:
    box, node = node_of(alias_type=kind)
    for _ in range(3):
        node.add([HOST])
    assert len(content(box)) == 1


def test_masks_are_written_for_ipv6_that_starts_with_a_colon(node_of: NodeOf) -> None:
    box, node = node_of(alias_type="network")
    node.add([ip_network("::2")])
    assert content(box) == ["::2/128"]
    assert node.holds(ip_network("::2"))


def test_all_copies_go_in_whatever_spelling(node_of: NodeOf) -> None:
    box, node = node_of(alias_type="network")
    box.make_alias("Other", "network")
    copies = ["2001:DB8::7", "2001:db8::7/128", "2001:db8:0:0::7", "2001:db8::7/128"]
    box.put("LAMIS_block", *copies, "192.0.2.9/24", "Other")
    node.remove([HOST_6])
    assert content(box) == ["192.0.2.9/24", "Other"]
    assert not node.holds(HOST_6)
    node.remove([ip_network("192.0.2.0/24")])
    assert content(box) == ["Other"]
    box.reboot()
    assert not box.pf.tables["LAMIS_block"]


def test_a_box_that_says_saved_and_keeps_what_it_had_is_found_out(
    node_of: NodeOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, node = node_of(alias_type="network")
    box.put("LAMIS_block", "192.0.2.7/32", "198.51.100.9/32")
    post = node.client.post
    saved = {"result": "saved"}
    monkeypatch.setattr(node.client, "post", lambda *asked: saved if "set_item" in asked[0] else post(*asked))
    with pytest.raises(BadAnswer, match=r"still keeps 192\.0\.2\.7/32"):
        node.remove([HOST, OTHER])


def test_many_are_one_revision(node_of: NodeOf) -> None:
    box, node = node_of(alias_type="network")
    box.put("LAMIS_block", "198.51.100.1")
    before = box.revision
    many = [ip_network(f"192.0.2.{number}") for number in range(200)]
    node.add(many)
    assert box.revision == before + 1
    assert node.table.networks() == {*many, ip_network("198.51.100.1")}
    node.remove(many)
    assert box.revision == before + 2
    assert content(box) == ["198.51.100.1"]


def test_a_flushed_table_of_a_kept_alias_is_loaded_again(node_of: NodeOf) -> None:
    box, node = node_of(alias_type="network")
    node.add([HOST])
    box.lose_table("LAMIS_block")
    node.add([HOST])
    assert node.holds(HOST)
    assert content(box) == ["192.0.2.7/32"]


def test_a_host_alias_takes_no_networks(node_of: NodeOf) -> None:
    box, node = node_of(alias_type="host")
    with pytest.raises(Refused, match="single addresses only"):
        node.add([HOST, NET])
    assert content(box) == []
    node.add([HOST, HOST_6])
    assert content(box) == ["192.0.2.7", "2001:db8::7"]
    node.remove([HOST])
    assert content(box) == ["2001:db8::7"]


def test_states_of_gateways_are_never_ended(node_of: NodeOf) -> None:
    box, node = node_of()
    box.connect("198.51.100.9", gateway="192.0.2.254")
    assert node.end_states(ip_network("192.0.2.254")) == 0
    assert node.end_states(ip_network("192.0.2.128/25")) == 0
    assert len(box.states) == 1
    assert node.end_states(OTHER) == 1


def test_a_user_who_may_not_write_is_told_so(node_of: NodeOf) -> None:
    box, node = node_of()
    user = next(iter(box.users.values()))
    box.set_user(user, privileges=(privileges.ALL, privileges.READONLY))
    with pytest.raises(Refused, match="Deny config write"):
        node.add([HOST])


@pytest.mark.parametrize("kind", ["external", "network"])
def test_entries_come_out_of_a_disabled_alias(node_of: NodeOf, kind: str) -> None:
    box, node = node_of(alias_type=kind)
    node.add([HOST])
    alias = box.alias("LAMIS_block")
    assert alias is not None
    alias.is_enabled = False
    node.remove([HOST])
    assert (alias.content, node.holds(HOST)) == ([], False)


def test_entries_of_a_deleted_alias_come_out_of_what_is_left_of_it(node_of: NodeOf) -> None:
    box, node = node_of()
    node.add([HOST])
    box.rules.clear()
    box.aliases.clear()
    node.remove([HOST])
    assert not node.holds(HOST)
