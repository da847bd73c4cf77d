"""Values and ports of blocking: the states of a block, and what a firewall's connector offers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from lamis.connections.types import Endpoint, TestResult

Network = IPv4Network | IPv6Network


class BlockState(StrEnum):
    """How a block stands, over all its firewalls. PARTLY: some firewalls drop it, others failed."""

    REQUESTED = "REQUESTED"
    APPLYING = "APPLYING"
    ACTIVE = "ACTIVE"
    PARTLY = "PARTLY"
    FAILED = "FAILED"
    LIFTING = "LIFTING"
    LIFTED = "LIFTED"


@dataclass(frozen=True, slots=True)
class FirewallOptions:
    """What one firewall's connection adds to its endpoint.

    `alias` is the list the addresses go to; `may_create` lets LAMIS make alias and rule itself.
    """

    alias: str = "LAMIS_block"
    may_create: bool = False


class Firewall(Protocol):
    """The ability `blocking` of a connector: an opened arm to one firewall.

    Entries are networks; a single address is a network of full length. Every method raises Unreachable,
    AuthFailed, Refused or BadAnswer, is safe to repeat, and has its own deadline. Not shared between
    threads; calls to one firewall are serialised by the caller.
    """

    def test(self, *, now: datetime) -> TestResult:
        """Try everything that blocking needs; never raises a ConnectorError."""

    def prepare(self) -> list[str]:
        """Make the alias and its rule where they are missing; say in sentences what was made."""

    def add(self, entry: Network) -> None:
        """Ask for `entry` to be dropped. The answer proves nothing: read back with `holds`."""

    def add_many(self, entries: Iterable[Network]) -> None:
        """`add` for each, in as few changes as the firewall allows; ends at the first failure.

        It may still be one request an entry: give no more at once than a claim lasts for.
        """

    def remove(self, entry: Network) -> None:
        """Ask for `entry` to pass again. The answer proves nothing: read back with `holds`."""

    def remove_many(self, entries: Iterable[Network]) -> None:
        """`remove` for each, as `add_many` adds."""

    def holds(self, entry: Network) -> bool:
        """Whether the firewall's own list has exactly `entry` now."""

    def entries(self) -> frozenset[Network]:
        """All entries of the firewall's own list, ours and others', however many."""

    def end_states(self, entry: Network) -> int:
        """End what is already connected from or to `entry`; the number of states that ended."""

    def own_networks(self) -> Sequence[Network]:
        """The firewall's own addresses and its gateways: they must never be blocked."""

    def close(self) -> None:
        """Let go of sockets."""


class FirewallOpener(Protocol):
    """Opens the `blocking` ability of one vendor."""

    def __call__(self, endpoint: Endpoint, options: FirewallOptions) -> Firewall: ...
