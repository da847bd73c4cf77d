"""Addresses and networks as text."""

import pytest

from lamis.base.errors import Invalid
from lamis.blocking.networks import (
    covering,
    parse_network,
    sort_text,
    sorted_networks,
    text_of,
    widened,
)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (" 203.0.113.9 ", "203.0.113.9"),
        ("203.0.113.9/32", "203.0.113.9"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("2001:db8::/64", "2001:db8::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
    ],
)
def test_each_network_has_one_spelling(typed: str, text: str) -> None:
    assert text_of(parse_network(typed)) == text


@pytest.mark.parametrize(
    "typed", ["", "example.org", "999.1.1.1", "203.0.113.9-12", "fe80::1%eth0", "a" * 500]
)
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid) as told:
        parse_network(typed)
    assert told.value.field == "address"
    assert len(told.value.message) < 200


def test_host_bits_are_refused_and_the_network_suggested() -> None:
    with pytest.raises(Invalid, match=r"did you mean 203\.0\.113\.0/24"):
        parse_network("203.0.113.9/24")


def test_an_ipv6_address_is_widened_to_its_64_and_nothing_else_is() -> None:
    assert text_of(widened(parse_network("2001:db8::5"))) == "2001:db8::/64"
    assert text_of(widened(parse_network("2001:db8::/48"))) == "2001:db8::/48"
    assert text_of(widened(parse_network("203.0.113.9"))) == "203.0.113.9"


def test_an_address_is_covered_by_itself_and_by_every_wider_network() -> None:
    found = covering(parse_network("203.0.113.9"))
    assert found[0] == "203.0.113.9"
    assert "203.0.113.0/24" in found
    assert found[-1] == "203.0.0.0/8"
    assert covering(parse_network("2001:db8::1"))[-1] == "2001:db8::/32"


@pytest.mark.parametrize(
    "typed",
    ["203.0.113.9", "0.0.0.0/24", "2001:db8:0:1:0:0:5:6", "::5:6", "::1", "2001:db8::/40", "::ffff:0:0/97"],
)
def test_every_network_is_spelled_as_the_ledger_spells_it(typed: str) -> None:
    network = parse_network(typed)
    lengths = range(network.prefixlen, network.prefixlen - len(covering(network)), -1)
    assert covering(network) == [text_of(network.supernet(new_prefix=length)) for length in lengths]


def test_networks_sort_by_kind_and_number_and_so_do_their_texts() -> None:
    texts = ["203.0.113.9", "9.0.0.0/16", "2001:db8::1", "203.0.113.0/24"]
    networks = [parse_network(text) for text in texts]
    wanted = ["9.0.0.0/16", "203.0.113.0/24", "203.0.113.9", "2001:db8::1"]
    assert [text_of(each) for each in sorted_networks(networks)] == wanted
    assert [text_of(each) for each in sorted(networks, key=sort_text)] == wanted
