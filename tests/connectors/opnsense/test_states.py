"""Ending connections: only those of the entry, whatever the box's own filter would do."""

from ipaddress import ip_network

import pytest

from lamis.base.errors import BadAnswer
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.states import end_states
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.states import State


def left(box: Box) -> list[str]:
    return [state.src for state in box.states]


def test_one_ipv4_address_goes_by_the_filter(box: Box, client: NodeClient) -> None:
    box.connect("192.0.2.7")
    box.connect("192.0.2.70")
    assert end_states(client, ip_network("192.0.2.7")) == 1
    assert left(box) == ["192.0.2.70"]
    assert box.requests[-1].body == b'{"filter":"192.0.2.7"}'


@pytest.mark.parametrize(
    ("entry", "stay"),
    [
        ("2001:db8::5", ["2001:db8::50", "192.0.2.7", "192.0.3.7"]),
        ("2001:db8::/64", ["192.0.2.7", "192.0.3.7"]),
        ("192.0.2.0/24", ["2001:db8::5", "2001:db8::50", "192.0.3.7"]),
    ],
)
def test_others_never_go_by_the_filter(box: Box, client: NodeClient, entry: str, stay: list[str]) -> None:
    for other in ("2001:db8::5", "2001:db8::50", "192.0.2.7", "192.0.3.7"):
        box.connect(other)
    assert end_states(client, ip_network(entry)) == 4 - len(stay)
    assert left(box) == stay
    assert not [one for one in box.requests if "kill_states" in one.path]


def test_what_a_search_finds_is_looked_at_again(box: Box, client: NodeClient) -> None:
    """A search by an address also finds states whose gateway it is."""
    box.connect("2001:db8::9", gateway="2001:db8::5")
    assert end_states(client, ip_network("2001:db8::5")) == 0
    assert left(box) == ["2001:db8::9"]


def test_both_ends_count(box: Box, client: NodeClient) -> None:
    box.connect("2001:db8:1::1", inside="2001:db8::5")
    assert end_states(client, ip_network("2001:db8::5")) == 1


@pytest.mark.slow
def test_many_states_are_found_page_by_page(box: Box, client: NodeClient) -> None:
    for number in range(1_100):
        box.connect(
            f"2001:db8::{number:x}" if number % 10 == 0 else f"2001:db8:0:1::{number:x}", gateway="2001:db8::"
        )
    assert end_states(client, ip_network("2001:db8::/64")) == 110


def test_a_refusal_is_told(box: Box, client: NodeClient) -> None:
    box.configd_up = False
    with pytest.raises(BadAnswer, match="by themselves"):
        end_states(client, ip_network("192.0.2.7"))


def test_an_id_that_is_no_id_is_never_sent(box: Box, client: NodeClient) -> None:
    for key, creator in (("..", "core"), ("../../core/menu", "search"), ("", "1")):
        box.states.append(State(key, creator, src="2001:db8::5", dst="2001:db8::6"))
    assert end_states(client, ip_network("2001:db8::5")) == 0
    assert not [one for one in box.requests if "del_state" in one.path]
