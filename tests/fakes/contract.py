"""What every firewall's connector does, and the fake as well: one set of tests for all of them."""

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Protocol

import pytest

from lamis.blocking.types import Firewall, Network

HOST = ip_network("192.0.2.7")
OTHER = ip_network("198.51.100.9")
NET = ip_network("203.0.113.0/24")
HOST_6 = ip_network("2001:db8::7")
NET_6 = ip_network("2001:db8:0:1::/64")
OWN = "192.0.2.1"


class Bench(Protocol):
    """A firewall under test: a new arm to it, and what only its owner can do."""

    def open(self) -> Firewall: ...
    def put(self, *entries: str) -> None:
        """Put entries in the list as somebody else would."""

    def connect(self, *others: str) -> None:
        """Have a connection through the firewall with each of these addresses."""

    def connected(self) -> list[str]:
        """The other sides of what is connected now, in order."""


class FirewallContract:
    """Inherit, and give the fixture `bench`; the firewall's own address is `OWN`.

    `hint` is a part of the only warning that a good one gives; without it there is none.
    """

    hint: str | None = None

    @pytest.mark.parametrize("entry", [HOST, NET, HOST_6, NET_6], ids=str)
    def test_what_is_added_is_held_until_it_is_removed(self, bench: Bench, entry: Network) -> None:
        firewall = bench.open()
        assert not firewall.holds(entry)
        firewall.add(entry)
        assert firewall.holds(entry)
        assert entry in firewall.entries()
        firewall.remove(entry)
        assert not firewall.holds(entry)
        assert firewall.entries() == frozenset()

    def test_adding_and_removing_twice_is_like_once(self, bench: Bench) -> None:
        firewall = bench.open()
        firewall.add(OTHER)
        for _ in range(3):
            firewall.add(HOST)
        assert firewall.entries() == {HOST, OTHER}
        firewall.remove(HOST)
        firewall.remove(HOST)
        assert firewall.entries() == {OTHER}

    def test_a_wider_entry_is_not_taken_for_the_address(self, bench: Bench) -> None:
        firewall = bench.open()
        firewall.add(ip_network("192.0.2.0/24"))
        assert not firewall.holds(HOST)
        firewall.add(HOST)
        firewall.remove(ip_network("192.0.2.0/24"))
        assert firewall.holds(HOST)

    def test_a_longer_spelling_is_not_taken_for_the_address(self, bench: Bench) -> None:
        firewall = bench.open()
        bench.put("192.0.2.70", "192.0.2.71")
        assert not firewall.holds(HOST)

    def test_entries_of_others_are_told_and_kept(self, bench: Bench) -> None:
        bench.put("198.51.100.1", "2001:db8:ffff::/48")
        firewall = bench.open()
        firewall.add(HOST)
        firewall.remove(HOST)
        assert firewall.entries() == {ip_network("198.51.100.1"), ip_network("2001:db8:ffff::/48")}

    def test_many_are_added_and_removed(self, bench: Bench) -> None:
        firewall = bench.open()
        many = [HOST, NET, HOST_6, NET_6, HOST]
        firewall.add_many(many)
        assert firewall.entries() == frozenset(many)
        firewall.remove_many([HOST, NET_6, OTHER])
        assert firewall.entries() == {NET, HOST_6}

    @pytest.mark.parametrize(
        ("entry", "ended"),
        [(HOST, ["192.0.2.7"]), (HOST_6, ["2001:db8::7"]), (NET, ["203.0.113.4", "203.0.113.40"])],
        ids=str,
    )
    def test_only_states_of_the_entry_are_ended(self, bench: Bench, entry: Network, ended: list[str]) -> None:
        others = ["192.0.2.7", "192.0.2.70", "2001:db8::7", "2001:db8::70", "203.0.113.4", "203.0.113.40"]
        bench.connect(*others)
        assert bench.open().end_states(entry) == len(ended)
        assert bench.connected() == [other for other in others if other not in ended]

    def test_nothing_connected_ends_nothing(self, bench: Bench) -> None:
        assert bench.open().end_states(HOST) == 0

    def test_its_own_states_are_never_ended(self, bench: Bench) -> None:
        bench.connect("198.51.100.9")
        assert bench.open().end_states(ip_network(OWN)) == 0
        assert bench.connected() == ["198.51.100.9"]

    def test_its_own_networks_hold_its_address(self, bench: Bench) -> None:
        own = bench.open().own_networks()
        assert any(ip_address(OWN) in network for network in own)

    def test_a_good_one_passes_its_test(self, bench: Bench) -> None:
        result = bench.open().test(now=datetime.now(UTC))
        assert result.is_ok, result
        warnings = result.details["warnings"]
        assert isinstance(warnings, list)
        assert [self.hint in warning for warning in warnings if self.hint] == [True] * len(warnings)
        assert len(warnings) == (0 if self.hint is None else 1)

    def test_a_prepared_one_has_nothing_to_prepare(self, bench: Bench) -> None:
        assert bench.open().prepare() == []
