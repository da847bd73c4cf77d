"""Simulated boxes, and arms to them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from lamis.blocking.types import Firewall, FirewallOptions
from lamis.connections.types import Endpoint, Trust, TrustMode
from lamis.connectors.opnsense.client import NodeClient, Patience
from lamis.connectors.opnsense.firewall import OpnsenseFirewall
from lamis.simulators.certificates import Certificates, make_self_signed
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.local import LocalFirewall

Open = Callable[..., OpnsenseFirewall]
OpenClient = Callable[..., NodeClient]
QUICK = Patience(call=timedelta(seconds=10), reload=timedelta(seconds=10))


def endpoint_of(*firewalls: LocalFirewall, **changes: Any) -> Endpoint:
    """What leads to these boxes, with the key of least privilege."""
    first = firewalls[0]
    given: dict[str, Any] = {
        "urls": tuple(one.url for one in firewalls),
        "username": first.key,
        "password": first.secret,
        "trust": Trust(TrustMode.FINGERPRINT, fingerprint=first.fingerprint),
    }
    return Endpoint(**(given | changes))


@pytest.fixture(scope="session")
def self_signed() -> Certificates:
    return make_self_signed()


@pytest.fixture
def box_of(self_signed: Certificates) -> Iterator[Callable[..., LocalFirewall]]:
    """Starts boxes; the second and later ones take the key of the first, as a pair shares its users."""
    running: list[LocalFirewall] = []

    def started(**options: Any) -> LocalFirewall:
        firewall = LocalFirewall(certificates=self_signed, login_pad_s=0, **options)
        if running:
            firewall.box.users |= running[0].box.users
        firewall.start()
        running.append(firewall)
        return firewall

    yield started
    for firewall in running:
        firewall.stop()


@pytest.fixture
def firewall(box_of: Callable[..., LocalFirewall]) -> LocalFirewall:
    return box_of()


@pytest.fixture
def box(firewall: LocalFirewall) -> Box:
    return firewall.box


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens arms to boxes."""
    arms: list[OpnsenseFirewall] = []

    def opened_arm(
        *firewalls: LocalFirewall,
        alias: str = "LAMIS_block",
        may_create: bool = False,
        patience: Patience = QUICK,
        **changes: Any,
    ) -> OpnsenseFirewall:
        options = FirewallOptions(alias=alias, may_create=may_create)
        arm = OpnsenseFirewall(endpoint_of(*firewalls, **changes), options, patience=patience)
        arms.append(arm)
        return arm

    yield opened_arm
    for arm in arms:
        arm.close()


@pytest.fixture
def client(firewall: LocalFirewall) -> Iterator[NodeClient]:
    made = NodeClient(endpoint_of(firewall), firewall.url, patience=QUICK)
    yield made
    made.close()


class BoxBench:
    """Boxes as the contract of firewalls wants them; what is put in is put into all."""

    def __init__(self, opened: Open, *firewalls: LocalFirewall) -> None:
        self.firewalls = firewalls
        self._opened = opened

    def open(self) -> Firewall:
        return self._opened(*self.firewalls)

    def put(self, *entries: str) -> None:
        for firewall in self.firewalls:
            firewall.box.put(firewall.alias, *entries)

    def connect(self, *others: str) -> None:
        for other in others:
            self.firewalls[0].box.connect(other)

    def connected(self) -> list[str]:
        return [state.src for state in self.firewalls[0].box.states]
