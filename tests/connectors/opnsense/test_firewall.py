"""The port as a whole: the contract of firewalls, over one box and over a pair."""

from collections.abc import Callable
from ipaddress import ip_network

import pytest

from lamis.base.errors import BadAnswer, Invalid, Refused, Unreachable
from lamis.blocking.types import FirewallOptions
from lamis.connections.types import Endpoint, TestCode
from lamis.connectors.opnsense.firewall import OpnsenseFirewall, open_firewall
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.faults import FaultKind
from lamis.simulators.opnsense.local import LocalFirewall
from tests.connectors.opnsense.conftest import BoxBench, Open
from tests.fakes.contract import HOST, HOST_6, NET, OTHER, FirewallContract

BoxOf = Callable[..., LocalFirewall]


class TestExternalAlias(FirewallContract):
    """The contract, with the alias that LAMIS makes itself."""

    @pytest.fixture
    def bench(self, opened: Open, firewall: LocalFirewall) -> BoxBench:
        return BoxBench(opened, firewall)


class TestNetworkAlias(FirewallContract):
    """The contract, with an alias that the configuration keeps."""

    hint = "External is better"

    @pytest.fixture
    def bench(self, opened: Open, box_of: BoxOf) -> BoxBench:
        return BoxBench(opened, box_of(alias_type="network"))


class TestOldest(FirewallContract):
    """The contract, with the oldest version: lists are paged in another way, and types are labels."""

    @pytest.fixture
    def bench(self, opened: Open, box_of: BoxOf) -> BoxBench:
        return BoxBench(opened, box_of(version="24.7.2"))


class TestPair(FirewallContract):
    """The contract, with two boxes of which each is told everything."""

    @pytest.fixture
    def bench(self, opened: Open, box_of: BoxOf) -> BoxBench:
        return BoxBench(opened, box_of(), box_of())


def test_a_block_drops_packets_and_ends_what_is_connected(
    firewall: LocalFirewall, box: Box, opened: Open
) -> None:
    box.connect("192.0.2.7")
    arm = opened(firewall)
    arm.add(HOST)
    assert arm.holds(HOST)
    assert arm.end_states(HOST) == 1
    assert box.drops("192.0.2.7")


def test_one_that_says_done_and_does_nothing_is_found_out(firewall: LocalFirewall, opened: Open) -> None:
    firewall.fault(FaultKind.DOES_NOTHING)
    arm = opened(firewall)
    arm.add(HOST)
    assert not arm.holds(HOST)


def test_a_full_table_is_found_out(firewall: LocalFirewall, box: Box, opened: Open) -> None:
    box.pf.limit = 0
    arm = opened(firewall)
    arm.add(HOST)
    assert not arm.holds(HOST)


def test_a_rebooted_box_is_empty_and_takes_entries_again(
    firewall: LocalFirewall, box: Box, opened: Open
) -> None:
    arm = opened(firewall)
    arm.add(HOST)
    box.reboot()
    assert arm.entries() == frozenset()
    arm.add(HOST)
    assert arm.holds(HOST)


def test_a_backend_that_is_down_is_not_an_empty_table(
    firewall: LocalFirewall, box: Box, opened: Open
) -> None:
    arm = opened(firewall)
    arm.add(HOST)
    box.configd_up = False
    for ask in (arm.entries, lambda: arm.holds(HOST)):
        with pytest.raises(Refused, match="configd"):
            ask()


def test_ipv4_inside_ipv6_is_ipv4(firewall: LocalFirewall, opened: Open) -> None:
    arm = opened(firewall)
    arm.add(ip_network("::ffff:192.0.2.7"))
    assert firewall.entries() == ["192.0.2.7"]
    assert arm.holds(ip_network("::ffff:192.0.2.7"))


def test_everything_there_is_is_never_sent(firewall: LocalFirewall, opened: Open) -> None:
    for text in ("0.0.0.0/0", "::/0", "::ffff:0:0/96"):
        with pytest.raises(Refused, match="every address"):
            opened(firewall).add(ip_network(text))
    assert not firewall.box.requests


def test_a_missing_alias_is_named(firewall: LocalFirewall, opened: Open) -> None:
    with pytest.raises(Refused, match="NOPE") as told:
        opened(firewall, alias="NOPE").add(HOST)
    assert told.value.code == TestCode.ALIAS_MISSING


def test_an_alias_deleted_meanwhile_is_named(firewall: LocalFirewall, box: Box, opened: Open) -> None:
    arm = opened(firewall)
    arm.add(HOST)
    box.rules.clear()
    box.aliases.clear()
    with pytest.raises(Refused) as told:
        arm.add(OTHER)
    assert told.value.code == TestCode.ALIAS_MISSING


@pytest.mark.slow
@pytest.mark.parametrize("count", [9_999, 10_500])
def test_more_entries_than_a_page_are_all_listed(
    firewall: LocalFirewall, box: Box, opened: Open, count: int
) -> None:
    texts = [f"198.18.{number // 250}.{number % 250}" for number in range(count)]
    box.put(firewall.alias, *texts)
    arm = opened(firewall)
    assert len(arm.entries()) == count
    assert arm.holds(ip_network(texts[-1]))


def test_both_boxes_of_a_pair_are_told(box_of: BoxOf, opened: Open) -> None:
    first, second = box_of(), box_of()
    arm = opened(first, second)
    arm.add(HOST)
    assert first.entries() == second.entries() == ["192.0.2.7"]
    first.box.connect("192.0.2.7")
    second.box.connect("192.0.2.7")
    assert arm.end_states(HOST) == 2


def test_a_box_of_a_pair_that_lost_its_table_shows_and_is_filled_again(box_of: BoxOf, opened: Open) -> None:
    first, second = box_of(), box_of()
    arm = opened(first, second)
    arm.add_many([HOST, NET])
    second.box.reboot()
    assert arm.entries() == frozenset()
    assert not arm.holds(HOST)
    arm.add_many([HOST, NET])
    assert arm.entries() == {HOST, NET}


def test_a_box_of_a_pair_that_is_away_does_not_keep_the_other_from_blocking(
    box_of: BoxOf, opened: Open
) -> None:
    first, second = box_of(), box_of()
    arm = opened(first, second)
    first.stop()
    with pytest.raises(Unreachable):
        arm.add(HOST)
    assert second.entries() == ["192.0.2.7"]
    with pytest.raises(Unreachable):
        arm.holds(HOST)
    with pytest.raises(Unreachable):
        arm.remove(HOST)
    assert second.entries() == []


@pytest.mark.slow
def test_what_one_box_of_a_pair_lacks_is_known_while_the_other_is_away(box_of: BoxOf, opened: Open) -> None:
    first, second = box_of(), box_of()
    arm = opened(first, second)
    first.stop()
    assert not arm.holds(HOST)
    second.stop()
    with pytest.raises(Unreachable):
        arm.holds(HOST)


def test_a_box_that_was_away_is_asked_again_by_the_next_arm_only(box_of: BoxOf, opened: Open) -> None:
    first, second = box_of(), box_of()
    arm = opened(first, second)
    first.stop()
    with pytest.raises(Unreachable):
        arm.add(HOST)
    first.start()
    with pytest.raises(Unreachable):
        arm.add(HOST)
    assert not first.box.requests
    opened(first, second).add(HOST)
    assert first.entries() == ["192.0.2.7"]


@pytest.mark.parametrize("unwanted", [[HOST], [HOST, HOST_6]])
def test_a_box_of_a_pair_that_keeps_an_entry_is_told(
    box_of: BoxOf, opened: Open, unwanted: list[object]
) -> None:
    first, second = box_of(), box_of()
    arm = opened(first, second)
    arm.add(HOST)
    second.fault(FaultKind.DOES_NOTHING)
    with pytest.raises(Refused, match=f"127.0.0.1:{second.port} still holds 192.0.2.7"):
        arm.remove_many(unwanted)  # type: ignore[arg-type]


def test_only_https_is_spoken() -> None:
    for url in ("http://192.0.2.1", "192.0.2.1"):
        with pytest.raises(Invalid) as told:
            open_firewall(Endpoint(urls=(url,)), FirewallOptions())
        assert told.value.field == "url"
    with pytest.raises(Invalid):
        open_firewall(Endpoint(urls=()), FirewallOptions())


def test_an_alias_that_cannot_be_one_is_refused_before_anything_is_sent() -> None:
    for name in ("", "bad-name", "a/../../core", "__x", "x" * 32):
        with pytest.raises(Invalid) as told:
            open_firewall(Endpoint(urls=("https://192.0.2.1",)), FirewallOptions(alias=name))
        assert told.value.field == "alias"


@pytest.mark.parametrize("kind", [FaultKind.HALF_ANSWER, FaultKind.HTML])
def test_an_answer_that_is_none_is_no_proof(firewall: LocalFirewall, opened: Open, kind: FaultKind) -> None:
    arm: OpnsenseFirewall = opened(firewall)
    arm.add(HOST)
    firewall.fault(kind, on="firewall/alias_util/list")
    with pytest.raises(BadAnswer):
        arm.holds(HOST)
