"""Where addresses and users stand, and which one decides."""

from ipaddress import ip_address
from typing import Any

import pytest

from lamis.connectors.wazuh.addresses import (
    address_of,
    others_4,
    others_5,
    sources_4,
    sources_5,
    user_4,
    values_at,
)


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
    assert sources_4({"data": data})[0] == ip_address("192.0.2.7")


def test_the_oldest_alerts_have_it_at_the_top() -> None:
    assert sources_4({"srcip": "192.0.2.7", "data": None}) == [ip_address("192.0.2.7")]


def test_destinations_are_no_sources() -> None:
    document = {"data": {"dest_ip": "192.0.2.9", "win": {"eventdata": {"destinationIp": "192.0.2.8"}}}}
    assert sources_4(document) == []
    assert set(map(str, others_4(document))) == {"192.0.2.8", "192.0.2.9"}


def test_findings_have_theirs_in_ecs_places() -> None:
    document = {"source": {"ip": ["192.0.2.7"]}, "client": {"ip": "192.0.2.8"}, "server": {"ip": "192.0.2.9"}}
    assert list(map(str, sources_5(document))) == ["192.0.2.7", "192.0.2.8"]
    assert list(map(str, others_5(document))) == ["192.0.2.9"]


def test_a_thousand_addresses_are_cut() -> None:
    document = {"data": {"src_ip": [f"192.0.2.{number % 250}" for number in range(1_000)]}}
    assert len(sources_4(document)) == 64


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
    assert user_4({"data": data}) == user


def test_values_are_found_through_lists_and_stars() -> None:
    document = {"a": [{"b": {"x": {"c": 1}, "y": {"c": [2, 3]}}}, [{"b": 9}], "text"]}
    assert list(values_at(document, ["a", "b", "*", "c"])) == [1, 2, 3]
