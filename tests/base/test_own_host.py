"""Which addresses are this machine's own."""

import socket
import threading
from ipaddress import ip_address
from pathlib import Path

import pytest

from lamis.base.own_host import NamedHost, interface_addresses, source_addresses
from tests.engines.waiting import PATIENCE_S, wait_until

TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 203.0.113.0/24 2 0 2
        |-- 203.0.113.0
           /24 link UNICAST
        |-- 203.0.113.7
           /32 host LOCAL
        |-- 203.0.113.255
           /32 link BROADCAST
"""
IPV6 = "20010db8000000000000000000000007 02 40 00 80 eth0\n00000000000000000000000000000001 01 80 10 80 lo\n"


def test_the_kernels_tables_tell_the_interfaces(tmp_path: Path) -> None:
    (tmp_path / "fib_trie").write_text(TRIE)
    (tmp_path / "if_inet6").write_text(IPV6)
    assert interface_addresses(tmp_path) == {
        ip_address(text) for text in ("203.0.113.7", "2001:db8::7", "::1")
    }


def test_without_the_tables_the_machines_own_name_is_asked(tmp_path: Path) -> None:
    assert all(each.version in (4, 6) for each in interface_addresses(tmp_path))


def test_the_other_side_sees_the_address_of_the_way_to_it() -> None:
    assert source_addresses([ip_address("127.0.0.1")]) == {ip_address("127.0.0.1")}
    assert source_addresses([]) == frozenset()


@pytest.mark.parametrize("url", [None, "", "https://"])
def test_no_name_has_no_addresses(url: str | None) -> None:
    assert NamedHost().addresses(url) == frozenset()


def test_an_address_in_place_of_a_name_is_not_looked_up() -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    assert NamedHost(never).addresses("https://203.0.113.7:8443/x") == {ip_address("203.0.113.7")}
    assert NamedHost(never).addresses("https://[2001:db8::7]/") == {ip_address("2001:db8::7")}


def test_a_name_is_looked_up_once_and_kept() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["203.0.113.7", "2001:db8::7%eth0"]

    host = NamedHost(resolve)
    for _ in range(3):
        found = host.addresses("https://lamis.example/")
    assert found == {ip_address("203.0.113.7"), ip_address("2001:db8::7")}
    assert asked == ["lamis.example"]


def test_a_name_that_was_not_found_is_soon_looked_up_again() -> None:
    clock = [0.0]
    answers: list[list[str]] = []

    def resolve(host: str, port: int) -> list[str]:
        if not answers:
            raise socket.gaierror
        return answers[0]

    host = NamedHost(resolve, monotonic=lambda: clock[0])
    assert host.addresses("https://lamis.example") == frozenset()
    answers.append(["203.0.113.7"])
    assert host.addresses("https://lamis.example") == frozenset()
    clock[0] += 15
    wait_until(lambda: host.addresses("https://lamis.example"), what="the second lookup")
    assert host.addresses("https://lamis.example") == {ip_address("203.0.113.7")}


@pytest.mark.slow
def test_a_slow_or_failing_lookup_keeps_nobody() -> None:
    released = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        released.wait(PATIENCE_S)
        raise socket.gaierror

    host = NamedHost(slow)
    assert host.addresses("https://lamis.example") == frozenset()
    assert host.addresses("https://lamis.example") == frozenset()
    released.set()
