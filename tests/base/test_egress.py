"""Addresses that connections may reach, and deadlines."""

import socket
import threading
from datetime import timedelta
from ipaddress import ip_address

import httpcore
import pytest

from lamis.base import tls
from lamis.base.egress import Deadline, GuardedBackend, GuardedTransport, Resolve, lookup, why_not_public
from lamis.base.errors import ConnectorError, Invalid, Unreachable
from tests.base.wire import listener, say
from tests.engines.waiting import PATIENCE_S


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "special-purpose"),
        ("169.254.169.254", "link-local"),
        ("0.0.0.0", "unspecified"),
        ("224.0.0.1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("::1", "loopback"),
        ("fd00::1", "private"),
        ("fe80::1", "link-local"),
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::a00:1", "private"),
        ("2002:a00:1::", "private"),
        ("8.8.8.8", None),
        ("2600::1", None),
        ("64:ff9b::808:808", None),
    ],
)
def test_addresses_are_judged_by_what_they_reach(address: str, reason: str | None) -> None:
    assert why_not_public(ip_address(address)) == reason


def backend(resolve: Resolve = lookup, *, may_reach_private: bool = True) -> GuardedBackend:
    deadline = Deadline()
    deadline.start(timedelta(seconds=5))
    return GuardedBackend(
        tls=tls.policy(), may_reach_private=may_reach_private, deadline=deadline, resolve=resolve
    )


def test_the_address_is_judged_after_dns() -> None:
    guarded = backend(lambda host, port: ["8.8.8.8", "10.0.0.1"], may_reach_private=False)
    with pytest.raises(ConnectorError, match="private") as refusal:
        guarded.connect_tcp("innocent.example", 443, timeout=1)
    assert refusal.value.code == "address_not_allowed"
    assert refusal.value.permanent


def test_odd_spellings_of_loopback_are_loopback() -> None:
    guarded = backend(may_reach_private=False)
    for spelling in ("127.1", "2130706433", "localhost", "[::1]"):
        with pytest.raises(ConnectorError) as refusal:
            guarded.connect_tcp(spelling, 443, timeout=1)
        assert refusal.value.code == "address_not_allowed"


def test_the_next_address_of_a_name_is_tried() -> None:
    with listener(say(b"")) as port:
        guarded = backend(lambda host, wanted: ["127.0.0.2", "127.0.0.1"])
        guarded.connect_tcp("two.example", port, timeout=2).close()


def test_a_name_without_address_is_named() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Unreachable, match=r"none\.example has no address"):
        backend(resolve).connect_tcp("none.example", 443, timeout=1)


def test_a_resolver_that_hangs_ends_with_the_connecting_time() -> None:
    ended = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        ended.wait(PATIENCE_S)
        return []

    with pytest.raises(Unreachable, match="not resolved in time") as failure:
        backend(resolve).connect_tcp("slow.example", 443, timeout=0.1)
    assert failure.value.code == "timeout"
    ended.set()


def test_a_passed_deadline_ends_reading_and_writing() -> None:
    with listener(say(b"")) as port:
        deadline = Deadline()
        guarded = GuardedBackend(tls=tls.policy(), may_reach_private=True, deadline=deadline)
        stream = guarded.connect_tcp("127.0.0.1", port, timeout=1)
        deadline.start(timedelta(0))
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(1, timeout=5)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"x", timeout=5)
        stream.close()


def test_waiting_for_ourselves_moves_the_deadline() -> None:
    deadline = Deadline()
    assert deadline.left_s(2) == 2
    deadline.start(timedelta(seconds=1))
    deadline.extend(5)
    assert 5 < deadline.left_s() <= 6


@pytest.mark.parametrize("proxy", ["ftp://192.0.2.1", "nonsense", "http://", "http://xn--a:1"])
def test_a_proxy_that_is_none_is_refused_by_its_field(proxy: str) -> None:
    with pytest.raises(Invalid) as refusal:
        GuardedTransport(tls=tls.policy(), deadline=Deadline(), proxy=proxy)
    assert refusal.value.field == "proxy"


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example"])
def test_what_is_no_name_of_a_host_is_told_like_one_that_is_not_known(host: str) -> None:
    with pytest.raises(OSError, match="no name"):
        lookup(host, 443)
