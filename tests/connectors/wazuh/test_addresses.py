"""Where addresses and users stand, and which one decides."""

from ipaddress import ip_address
from typing import Any

import pytest

from lamis.connectors.wazuh.addresses import address_of, places_4, places_5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::1", "::1"),
        ("-", None),
        ("", None),
        ("host.example", None),
        ("s3.example:443", None),
        ("999.1.1.1", None),
        (7, None),
        (None, None),
    ],
)
def test_an_address_is_found_in_a_text(value: Any, expected: str | None) -> None:
    assert address_of(value) == (ip_address(expected) if expected else None)


@pytest.mark.parametrize(
    "data",
    [
        {"srcip": "192.0.2.7"},
        {"srcip": "-", "src_ip": "192.0.2.7"},
        {"src_ip": ["host.example", "192.0.2.7"]},
        {"win": {"eventdata": {"ipAddress": "::ffff:192.0.2.7"}}},
        {"win": {"eventdata": {"ipAddress": "-", "sourceIp": "192.0.2.7"}}},
        {"aws": {"sourceIPAddress": "ec2.example", "srcaddr": "192.0.2.7"}},
        {"aws": {"sourceIPAddress": "192.0.2.7"}},
        {"aws": {"source_ip_address": "192.0.2.7"}},
        {"aws": {"client_ip": "192.0.2.7"}},
        {"aws": {"httpRequest": {"clientIp": "192.0.2.7"}}},
        {"aws": {"service": {"action": {"a": {"remoteIpDetails": {"ipAddressV4": "192.0.2.7"}}}}}},
        {"office365": {"ClientIP": "192.0.2.7:8080"}},
        {"ms-graph": {"ipAddress": "192.0.2.7"}},
        {"ms-graph": {"actor": {"ipAddress": "192.0.2.7"}}},
        {"gcp": {"jsonPayload": {"sourceIP": "192.0.2.7"}}},
        {"CallerIpAddress": "192.0.2.7"},
        {"source": {"ip": "192.0.2.7"}},
        {"client": {"ip": "192.0.2.7"}},
        {"audit": {"srcip": "192.0.2.7"}},
        {"srcip": "192.0.2.7", "src_ip": "192.0.2.8"},
    ],
)
def test_the_first_place_that_holds_an_address_decides(data: dict[str, Any]) -> None:
    assert places_4(data).sources[0] == ip_address("192.0.2.7")


def test_the_oldest_alerts_have_it_at_the_top() -> None:
    assert places_4(None, srcip="192.0.2.7").sources == [ip_address("192.0.2.7")]
    beside = places_4({"srcip": "192.0.2.8", "audit": {"srcip": "192.0.2.9"}}, srcip="192.0.2.7")
    assert list(map(str, beside.sources)) == ["192.0.2.8", "192.0.2.9", "192.0.2.7"]
    assert list(map(str, places_4({"dstip": "192.0.2.8"}, dstip="192.0.2.7").others)) == [
        "192.0.2.8",
        "192.0.2.7",
    ]


def test_destinations_are_no_sources() -> None:
    places = places_4({"dest_ip": "192.0.2.9", "win": {"eventdata": {"destinationIp": "192.0.2.8"}}})
    assert places.sources == []
    assert set(map(str, places.others)) == {"192.0.2.8", "192.0.2.9"}


def test_findings_have_theirs_in_ecs_places() -> None:
    document = {"source": {"ip": ["192.0.2.7"]}, "client": {"ip": "192.0.2.8"}, "server": {"ip": "192.0.2.9"}}
    assert list(map(str, places_5(document).sources)) == ["192.0.2.7", "192.0.2.8"]
    assert list(map(str, places_5(document).others)) == ["192.0.2.9"]


def test_a_thousand_addresses_are_cut() -> None:
    assert len(places_4({"src_ip": [f"192.0.2.{number % 250}" for number in range(1_000)]}).sources) == 64


@pytest.mark.parametrize(
    ("data", "user"),
    [
        ({"srcuser": "eve", "dstuser": "root"}, "eve"),
        ({"srcuser": "-", "dstuser": "root"}, "root"),
        ({"win": {"eventdata": {"subjectUserName": "bob"}}}, "bob"),
        ({"aws": {"userIdentity": {"userName": "ann"}}}, "ann"),
        ({"office365": {"UserId": "a@example.org"}}, "a@example.org"),
        ({"srcuser": {"odd": 1}}, None),
        (None, None),
    ],
)
def test_users_are_found_in_order(data: Any, user: str | None) -> None:
    assert places_4(data).user == user


def test_values_are_found_through_lists_and_stars() -> None:
    action: dict[str, Any] = {"x": {"remoteIpDetails": {"ipAddressV4": "192.0.2.1"}}}
    action["y"] = {"remoteIpDetails": {"ipAddressV4": ["192.0.2.2", "192.0.2.3", ["192.0.2.4"]]}}
    data: dict[str, Any] = {"aws": [{"service": {"action": action}}, [{"srcaddr": "192.0.2.9"}], "text"]}
    assert list(map(str, places_4(data).sources)) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_the_order_of_places_decides_in_lists_too() -> None:
    data = {"aws": [{"srcaddr": "192.0.2.8"}, {"srcaddr": "192.0.2.9", "sourceIPAddress": "192.0.2.7"}]}
    assert list(map(str, places_4(data).sources)) == ["192.0.2.7", "192.0.2.8", "192.0.2.9"]
