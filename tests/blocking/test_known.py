"""Addresses that very many people share."""

from lamis.blocking.known import shared_owner
from lamis.blocking.networks import parse_network


def test_a_documentation_address_belongs_to_nobody_known() -> None:
    assert shared_owner(parse_network("203.0.113.9")) is None
    assert shared_owner(parse_network("2001:db8::1")) is None


def test_a_network_that_holds_a_known_one_is_theirs_too() -> None:
    assert shared_owner(parse_network("9.9.0.0/16")) == "the public resolver Quad9"
