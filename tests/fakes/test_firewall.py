"""The fake firewall keeps the contract, and its troubles do what they say."""

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest

from lamis.base.errors import AuthFailed, Unreachable
from lamis.blocking.types import Firewall, FirewallOptions
from lamis.connections.types import Endpoint, TestCode
from tests.fakes.contract import HOST, OWN, FirewallContract
from tests.fakes.firewall import FakeFirewall


class FakeBench:
    """The fake as the contract wants it."""

    def __init__(self) -> None:
        self.fake = FakeFirewall(own=[ip_network(OWN)])

    def open(self) -> Firewall:
        return self.fake(Endpoint(urls=("https://192.0.2.1",)), FirewallOptions())

    def put(self, *entries: str) -> None:
        self.fake.put(*entries)

    def connect(self, *others: str) -> None:
        self.fake.states += map(ip_address, others)

    def connected(self) -> list[str]:
        return [str(state) for state in self.fake.states]


@pytest.fixture
def bench() -> FakeBench:
    return FakeBench()


class TestFakeFirewall(FirewallContract):
    """The contract."""


def test_one_that_does_nothing_says_done() -> None:
    fake = FakeFirewall(does_nothing=True)
    fake.add(HOST)
    assert not fake.holds(HOST)


def test_a_full_one_takes_nothing_more() -> None:
    fake = FakeFirewall(limit=0)
    fake.add(HOST)
    assert fake.entries() == frozenset()


def test_one_that_forgets_is_empty() -> None:
    fake = FakeFirewall()
    fake.add(HOST)
    fake.forget()
    assert not fake.holds(HOST)


def test_one_that_is_down_raises_and_fails_its_test() -> None:
    fake = FakeFirewall(is_down=True)
    with pytest.raises(Unreachable):
        fake.add(HOST)
    assert fake.test(now=datetime.now(UTC)).code is TestCode.UNREACHABLE


def test_it_fails_as_it_is_told_to() -> None:
    fake = FakeFirewall(failure=AuthFailed("wrong key", code="auth_failed"))
    with pytest.raises(AuthFailed):
        fake.entries()
    assert fake.calls == [("entries", None)]


def test_it_is_prepared_once() -> None:
    fake = FakeFirewall(is_prepared=False)
    assert not fake.test(now=datetime.now(UTC)).is_ok
    assert len(fake.prepare()) == 1
    assert fake.prepare() == []
