"""Values and ports of blocking: the states of a block, and what a firewall's connector offers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from lamis.base.errors import Invalid
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


STANDING = (
    BlockState.REQUESTED,
    BlockState.APPLYING,
    BlockState.ACTIVE,
    BlockState.PARTLY,
    BlockState.FAILED,
)


class ReceiptState(StrEnum):
    """How far one firewall is with one block. Documented in `docs/blocking.md`.

    waiting: not tried yet. retrying: tried, tried again later. active: its own list was read back and shows
    the entry. failed: it will not, for a reason that repeating does not cure. lifting: to be removed.
    lifted: its own list was read back without the entry.
    """

    WAITING = "waiting"
    RETRYING = "retrying"
    ACTIVE = "active"
    FAILED = "failed"
    LIFTING = "lifting"
    LIFTED = "lifted"


class Guard(StrEnum):
    """What refuses a block; the name that errors carry. Documented in `docs/blocking.md`."""

    EVERYTHING = "everything"
    UNSPECIFIED = "unspecified"
    LOOPBACK = "loopback"
    FIREWALL = "firewall"
    LAMIS = "lamis"
    YOURSELF = "yourself"
    LINK_LOCAL = "link_local"
    MULTICAST = "multicast"
    ALLOW_LIST = "allow_list"
    PRIVATE = "private"
    CGNAT = "cgnat"
    RESERVED = "reserved"
    TOO_WIDE = "too_wide"
    RATE = "rate"


# Nobody may override these: such a block would cut off the firewall, its network, or who asks.
NEVER = frozenset(
    {
        Guard.EVERYTHING,
        Guard.UNSPECIFIED,
        Guard.LOOPBACK,
        Guard.FIREWALL,
        Guard.LAMIS,
        Guard.YOURSELF,
        Guard.LINK_LOCAL,
        Guard.MULTICAST,
    }
)


@dataclass(frozen=True, slots=True)
class Objection:
    """One guard that refuses, with its reason as a sentence."""

    guard: Guard
    sentence: str

    @property
    def may_be_overridden(self) -> bool:
        return self.guard not in NEVER


class Guarded(Invalid):
    """Guards refuse the block; `objections` says which and why, the gravest first."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__(objections[0].sentence, field="address")
        self.objections = tuple(objections)

    @property
    def guard(self) -> str:
        return self.objections[0].guard.value


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """A network of a tenant that is never blocked, and why."""

    id: str
    network: Network
    note: str
    tenant_id: str
    tenant: str
    added_by: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class Around:
    """What the guards must know besides the network itself.

    `own` are addresses and gateways of the tenant's firewalls, `lamis` those of LAMIS itself, `asking` is
    where the person sits, `asked` how many blocks that person asked for within the hour.
    `seen_elsewhere`: other tenants saw it within a day.
    """

    own: Sequence[Network] = ()
    lamis: Sequence[Network] = ()
    asking: str | None = None
    allowed: Sequence[tuple[Network, str]] = ()
    widest_ipv4: int = 16
    widest_ipv6: int = 48
    asked: int = 0
    per_hour: int = 20
    is_confirmed: bool = False
    seen_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one firewall did, as it is shown. `steps` are (what, when) in order."""

    id: str
    firewall_id: str
    firewall: str
    state: ReceiptState
    at_ms: int
    detail: str
    steps: tuple[tuple[str, int], ...]
    next_try_ms: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it is shown. Times are milliseconds since 1970; `expires_ms` None lasts until lifted."""

    key: int
    id: str
    tenant_key: int
    tenant_id: str
    tenant: str
    network: str
    state: BlockState
    reason: str
    asked_by: str
    asked_by_id: str
    created_ms: int
    changed_ms: int
    expires_ms: int | None
    lifted_ms: int | None
    lifted_by: str
    lift_why: str
    warnings: tuple[str, ...]
    overridden: tuple[str, ...]
    override_reason: str
    alert_id: str | None
    list_number: int
    notes: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()

    @property
    def stands(self) -> bool:
        return self.state in STANDING

    @property
    def is_list_only(self) -> bool:
        """Whether no firewall is pushed to: who pulls the block list drops it."""
        return not self.receipts


@dataclass(frozen=True, slots=True)
class Mark:
    """What a list says beside a blocked address. Without a firewall to push to, it is published only."""

    block_id: str
    network: str
    state: BlockState
    is_pushed: bool = True

    @property
    def is_blocked(self) -> bool:
        """Whether a firewall was read back and drops it."""
        return self.state in (BlockState.ACTIVE, BlockState.PARTLY)

    @property
    def words(self) -> str:
        if self.is_blocked:
            return "This IP is blocked"
        if not self.is_pushed:
            return "This IP is on the block list"
        return "Blocking it failed" if self.state is BlockState.FAILED else "This IP is being blocked"


@dataclass(frozen=True, slots=True)
class Change:
    """That a block changed: two that are equal are one change."""

    key: int
    changed_ms: int
    state: str


@dataclass(frozen=True, slots=True)
class BlockFilter:
    """Which blocks are wanted; what is None does not matter. `text` looks in address, reason and asker.

    `tenant_id` may be the tenant's name.
    """

    text: str = ""
    states: tuple[BlockState, ...] = ()
    standing: bool | None = None
    firewall_id: str | None = None
    tenant_id: str | None = None
    expiring_before_ms: int | None = None
    covering: Network | None = None


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
