"""Spelling, both ways."""

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis.strategies import integers, one_of, tuples

from lamis.base.errors import Refused
from lamis.blocking.types import Network
from lamis.connectors.opnsense.texts import masked_text_of, network_of, settled, text_of
from lamis.simulators.opnsense.pf import canonical

NETWORKS = one_of(
    tuples(integers(0, 2**32 - 1), integers(1, 32)).map(lambda made: IPv4Network(made, strict=False)),
    tuples(integers(0, 2**128 - 1), integers(1, 128)).map(lambda made: IPv6Network(made, strict=False)),
)


@pytest.mark.parametrize(
    ("entry", "text", "masked"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7/32"),
        ("192.0.2.0/24", "192.0.2.0/24", "192.0.2.0/24"),
        ("2001:DB8:0:0::7", "2001:db8::7", "2001:db8::7/128"),
        ("::2", "::2", "::2/128"),
        ("2001:db8::/48", "2001:db8::/48", "2001:db8::/48"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7", "::ffff:192.0.2.7/128"),
    ],
)
def test_an_entry_is_written_as_it_is_printed(entry: str, text: str, masked: str) -> None:
    network = ip_network(entry)
    assert (text_of(network), masked_text_of(network)) == (text, masked)
    assert network_of(text) == network_of(masked) == network


@pytest.mark.parametrize("text", ["!192.0.2.7", "192.0.2.1-192.0.2.9", "www.example.org", "", "Other"])
def test_what_is_no_entry_is_none(text: str) -> None:
    assert network_of(text) is None


def test_typed_entries_are_understood() -> None:
    assert network_of(" 192.0.2.7/24 ") == ip_network("192.0.2.0/24")
    assert network_of("fe80::1%vtnet0") == ip_network("fe80::1")


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_ipv4_inside_ipv6_is_ipv4(entry: str, meant: str) -> None:
    assert settled(ip_network(entry)) == ip_network(meant)


def test_a_whole_family_is_refused() -> None:
    with pytest.raises(Refused, match="every address"):
        settled(ip_network("0.0.0.0/0"))


@given(NETWORKS)
def test_any_entry_is_written_as_the_packet_filter_prints_it(entry: Network) -> None:
    assert canonical(text_of(entry)) == canonical(masked_text_of(entry)) == text_of(entry)
    assert network_of(text_of(entry)) == entry
