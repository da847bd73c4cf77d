"""What must never be blocked."""

from ipaddress import ip_network

import pytest

from lamis.base.errors import BadAnswer
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.own import own_networks
from lamis.simulators.opnsense.box import Box, Interface
from lamis.simulators.opnsense.faults import FaultKind
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.simulators.opnsense.privileges import NEEDED


def test_addresses_and_gateways_are_told_each_alone(box: Box, client: NodeClient) -> None:
    box.interfaces.append(Interface("vtnet2", "OPT", ipv6=["fe80::1%vtnet2/64"], gateways=["2001:db8::fe"]))
    expected = [
        "10.0.0.1", "127.0.0.1", "192.0.2.1", "192.0.2.254", "2001:db8::fe", "2001:db8:ff::1", "fe80::1"
    ]  # fmt: skip
    assert [str(network.network_address) for network in own_networks(client)] == expected
    assert all(network.prefixlen == network.max_prefixlen for network in own_networks(client))


def test_who_watches_a_gateway_is_told_too(box: Box, client: NodeClient) -> None:
    box.interfaces = [Interface("vtnet0", "WAN", gateways=["192.0.2.254"], monitor="198.51.100.53")]
    told = [str(network.network_address) for network in own_networks(client)]
    assert told == ["127.0.0.1", "192.0.2.254", "198.51.100.53"]


def test_what_may_not_be_read_is_left_out(firewall: LocalFirewall, client: NodeClient) -> None:
    firewall.box.set_user(firewall.box.users[firewall.key], privileges=NEEDED)
    assert own_networks(client) == [ip_network("127.0.0.1")]


def test_other_failures_are_told(firewall: LocalFirewall, client: NodeClient) -> None:
    firewall.fault(FaultKind.ERROR, on="routes/")
    with pytest.raises(BadAnswer):
        own_networks(client)
