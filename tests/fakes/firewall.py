"""A firewall in memory: the port `blocking.types.Firewall` without a network."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_network

from lamis.base.errors import ConnectorError, Unreachable
from lamis.blocking.types import Firewall, FirewallOptions, Network
from lamis.connections.types import Endpoint, TestCode, TestResult

Address = IPv4Address | IPv6Address


@dataclass
class FakeFirewall:
    """The box and an arm to it in one; called, it opens itself, so it is a `FirewallOpener` too.

    Set up: `table` is its list (put foreign entries in), `states` what is connected through it (each an
    address of the other side), `own` its own networks.
    Trouble: `is_down` (every call raises Unreachable), `failure` (every call raises it), `does_nothing`
    (says done and changes nothing), `forget()` (a reboot: the table is empty), `limit` (a full table
    takes nothing more, silently), `before` (called with the name of each method first: to wait in, or
    to change something while a caller is at work).
    Seen: `calls` are the methods called, in order, with their entry; `opened` counts `open`s and `closed`
    `close`s; `endpoints` and `options` are what it was opened with.
    """

    table: set[Network] = field(default_factory=set)
    states: list[Address] = field(default_factory=list)
    own: Sequence[Network] = ()
    is_prepared: bool = True
    is_down: bool = False
    failure: ConnectorError | None = None
    does_nothing: bool = False
    limit: int = 1_000_000
    before: Callable[[str], None] = lambda _name: None
    calls: list[tuple[str, Network | None]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    endpoints: list[Endpoint] = field(default_factory=list)
    options: list[FirewallOptions] = field(default_factory=list)

    def __call__(self, endpoint: Endpoint, options: FirewallOptions) -> Firewall:
        self.opened += 1
        self.endpoints.append(endpoint)
        self.options.append(options)
        return self

    def put(self, *entries: str) -> None:
        """Put entries into the table as somebody else would."""
        self.table |= {ip_network(entry) for entry in entries}

    def forget(self) -> None:
        """Lose the table, as a reboot loses that of an external alias."""
        self.table.clear()

    def test(self, *, now: datetime) -> TestResult:
        try:
            self._called("test")
        except ConnectorError as error:
            return TestResult(TestCode(error.code), error.message)
        if not self.is_prepared:
            return TestResult(TestCode.ALIAS_MISSING, "The alias is missing.", {"warnings": []})
        details: dict[str, object] = {"warnings": [], "version": "fake", "entries": len(self.table)}
        return TestResult(TestCode.OK, "The fake firewall answers.", details)

    def prepare(self) -> list[str]:
        self._called("prepare")
        made = [] if self.is_prepared else ["The alias was made."]
        self.is_prepared = True
        return made

    def add(self, entry: Network) -> None:
        self._called("add", entry)
        if not self.does_nothing and len(self.table) < self.limit:
            self.table.add(entry)

    def add_many(self, entries: Iterable[Network]) -> None:
        for entry in entries:
            self.add(entry)

    def remove(self, entry: Network) -> None:
        self._called("remove", entry)
        if not self.does_nothing:
            self.table.discard(entry)

    def remove_many(self, entries: Iterable[Network]) -> None:
        for entry in entries:
            self.remove(entry)

    def holds(self, entry: Network) -> bool:
        self._called("holds", entry)
        return entry in self.table

    def entries(self) -> frozenset[Network]:
        self._called("entries")
        return frozenset(self.table)

    def end_states(self, entry: Network) -> int:
        self._called("end_states", entry)
        if any(entry.version == own.version and entry.overlaps(own) for own in self.own):  # type: ignore[arg-type]
            return 0
        left = [state for state in self.states if state not in entry]
        ended = len(self.states) - len(left)
        self.states = left
        return ended

    def own_networks(self) -> Sequence[Network]:
        self._called("own_networks")
        return tuple(self.own)

    def close(self) -> None:
        self.closed += 1

    def _called(self, name: str, entry: Network | None = None) -> None:
        self.calls.append((name, entry))
        self.before(name)
        if self.failure is not None:
            raise self.failure
        if self.is_down:
            raise Unreachable("The fake firewall cannot be reached; plug it in.", code="unreachable")
