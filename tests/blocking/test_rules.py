"""The guards, as tables of values."""

import pytest

from lamis.blocking.networks import parse_network
from lamis.blocking.rules import why_not_blockable, why_to_hesitate
from lamis.blocking.types import NEVER, Around, Guard


def guards(text: str, around: Around | None = None) -> list[Guard]:
    return [each.guard for each in why_not_blockable(parse_network(text), around or Around())]


@pytest.mark.parametrize(
    "text",
    [
        "203.0.113.9",
        "192.0.2.0/24",
        "198.51.100.7",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.1",
        "203.0.0.0/16",
        "2001:db8::1",
        "2001:db8:1::/48",
        "2606:4700:4700::1111",
    ],
)
def test_a_public_address_may_be_blocked(text: str) -> None:
    assert guards(text) == []


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("0.0.0.0/0", Guard.EVERYTHING),
        ("::/0", Guard.EVERYTHING),
        ("0.0.0.0", Guard.UNSPECIFIED),
        ("::", Guard.UNSPECIFIED),
        ("127.0.0.1", Guard.LOOPBACK),
        ("::1", Guard.LOOPBACK),
        ("169.254.7.7", Guard.LINK_LOCAL),
        ("fe80::1", Guard.LINK_LOCAL),
        ("224.0.0.1", Guard.MULTICAST),
        ("ff02::1", Guard.MULTICAST),
        ("10.1.2.3", Guard.PRIVATE),
        ("172.16.0.1", Guard.PRIVATE),
        ("172.31.255.255", Guard.PRIVATE),
        ("192.168.1.0/24", Guard.PRIVATE),
        ("fd00::1", Guard.PRIVATE),
        ("fec0::1", Guard.PRIVATE),
        ("100.64.0.1", Guard.CGNAT),
        ("255.255.255.255", Guard.RESERVED),
        ("198.18.0.1", Guard.RESERVED),
        ("2002:cb00:7109::1", Guard.RESERVED),
        ("64:ff9b::1", Guard.RESERVED),
        ("203.0.0.0/15", Guard.TOO_WIDE),
        ("2001:db8::/47", Guard.TOO_WIDE),
    ],
)
def test_an_address_that_must_not_be_blocked_is_refused_by_its_guard(text: str, guard: Guard) -> None:
    assert guards(text) == [guard]


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("::ffff:10.0.0.1", Guard.PRIVATE),
        ("::ffff:127.0.0.1", Guard.LOOPBACK),
        ("::ffff:a00:0/104", Guard.PRIVATE),
        ("::ffff:0:0/96", Guard.EVERYTHING),
    ],
)
def test_ipv4_mapped_into_ipv6_is_judged_as_ipv4(text: str, guard: Guard) -> None:
    assert guard in guards(text)


def test_a_network_that_only_overlaps_a_protected_one_is_refused() -> None:
    assert guards("100.0.0.0/8") == [Guard.CGNAT, Guard.TOO_WIDE]
    assert Guard.PRIVATE in guards("192.0.0.0/8")
    assert Guard.LOOPBACK in guards("64.0.0.0/2")


def test_the_whole_of_half_the_internet_names_the_gravest_first() -> None:
    found = guards("0.0.0.0/1")
    assert found[0] is Guard.UNSPECIFIED
    assert found[-1] is Guard.TOO_WIDE


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("203.0.113.1", "203.0.113.1/32"),
        ("203.0.113.0/24", "203.0.113.1/32"),
        ("203.0.113.9", "203.0.113.0/28"),
        ("2001:db8::/64", "2001:db8::1/128"),
    ],
)
def test_a_firewalls_own_addresses_and_gateways_are_refused(text: str, own: str) -> None:
    found = why_not_blockable(parse_network(text), Around(own=[parse_network(own)]))
    assert [each.guard for each in found] == [Guard.FIREWALL]
    assert not found[0].may_be_overridden


@pytest.mark.parametrize("asking", ["203.0.113.9", "::ffff:203.0.113.9"])
def test_nobody_blocks_the_address_they_sit_at(asking: str) -> None:
    assert guards("203.0.113.0/24", Around(asking=asking)) == [Guard.YOURSELF]
    assert guards("198.51.100.0/24", Around(asking=asking)) == []


def test_an_asking_address_that_is_none_is_passed_over() -> None:
    assert guards("203.0.113.9", Around(asking="testclient")) == []


def test_the_allow_list_wins_over_a_range_and_says_why() -> None:
    around = Around(allowed=[(parse_network("203.0.113.80"), "our mail relay")])
    (found,) = why_not_blockable(parse_network("203.0.113.0/24"), around)
    assert found.guard is Guard.ALLOW_LIST
    assert found.sentence == "203.0.113.80, a part of 203.0.113.0/24, is on the allow-list (our mail relay)."
    assert found.may_be_overridden


def test_what_counts_as_too_wide_is_a_setting() -> None:
    assert guards("203.0.113.0/24", Around(widest_ipv4=25)) == [Guard.TOO_WIDE]
    assert guards("2001:db8::/48", Around(widest_ipv6=64)) == [Guard.TOO_WIDE]


def test_the_rate_asks_for_a_confirmation() -> None:
    assert guards("203.0.113.9", Around(asked=19)) == []
    assert guards("203.0.113.9", Around(asked=20)) == [Guard.RATE]
    assert guards("203.0.113.9", Around(asked=20, is_confirmed=True)) == []


def test_what_cuts_off_the_firewall_or_its_network_is_never_overridden() -> None:
    assert {Guard.EVERYTHING, Guard.UNSPECIFIED, Guard.LOOPBACK, Guard.FIREWALL, Guard.YOURSELF} <= NEVER
    assert Guard.PRIVATE not in NEVER


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("1.1.1.1", "the public resolver of Cloudflare"),
        ("8.8.0.0/16", "the public resolver of Google"),
        ("104.16.1.1", "the content network of Cloudflare"),
        ("2a04:4e42::1", "the content network of Fastly"),
    ],
)
def test_shared_addresses_are_warned_of_and_not_refused(text: str, owner: str) -> None:
    assert guards(text) == []
    (told,) = why_to_hesitate(parse_network(text), Around())
    assert owner in told


def test_an_address_belongs_to_its_owner_and_a_network_holds_some() -> None:
    told = [why_to_hesitate(parse_network(text), Around())[0] for text in ("8.8.8.8", "8.8.8.0/24")]
    assert told[0].startswith("8.8.8.8 belongs to ")
    assert told[1].startswith("8.8.8.0/24 holds addresses of ")


def test_that_others_saw_it_is_told_without_naming_them() -> None:
    (told,) = why_to_hesitate(parse_network("203.0.113.9"), Around(seen_elsewhere=True))
    assert "other organisations" in told
    assert why_to_hesitate(parse_network("203.0.113.9"), Around()) == []
