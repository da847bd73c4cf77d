"""One simulated OPNsense: configuration, packet filter, users and clock."""

import secrets
import uuid
from base64 import b64encode
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from lamis.simulators.faults import Faults
from lamis.simulators.opnsense import privileges, tables
from lamis.simulators.opnsense.aliases import KEPT_IN_CONFIG, Alias
from lamis.simulators.opnsense.exchange import Ask
from lamis.simulators.opnsense.faults import Fault
from lamis.simulators.opnsense.pf import PacketFilter, parsed
from lamis.simulators.opnsense.rules import Rule, in_order
from lamis.simulators.opnsense.states import State

_KEPT_REVISIONS = 100
_KEPT_REQUESTS = 10_000
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class User:
    """A user with one API key, whose rights the key carries."""

    key: str
    secret: str = field(repr=False)
    privileges: tuple[str, ...] = (privileges.ALL,)
    is_enabled: bool = True

    @property
    def is_readonly(self) -> bool:
        return privileges.READONLY in self.privileges


def new_key() -> str:
    """A key or a secret: 60 random bytes in base64."""
    return b64encode(secrets.token_bytes(60)).decode()


@dataclass(slots=True)
class Interface:
    """One interface with its addresses as `address/bits`, its gateways, and by whom these are watched."""

    name: str
    description: str
    ipv4: list[str] = field(default_factory=list)
    ipv6: list[str] = field(default_factory=list)
    gateways: list[str] = field(default_factory=list)
    monitor: str = ""


class Box:
    """The state. Public methods lock; handlers run under `lock`.

    `version` may be set at any time; `configd_up` False is a box whose backend does not answer;
    `rule_error` is what loading the rules complained about; `requests` are the newest seen.
    """

    def __init__(self, *, version: str = "26.7.2", now_ms: int = 1_772_359_200_000) -> None:
        self.lock = RLock()
        self.version_text = version
        self.users: dict[str, User] = {}
        self.aliases: dict[str, Alias] = {}
        self.rules: dict[str, Rule] = {}
        self.loaded_rules: list[Rule] = []
        self.pf = PacketFilter()
        self.states: list[State] = []
        self.configd_up = True
        self.rule_error = ""
        self.revisions: list[int] = []
        self.revision = 0
        self.now_ms = now_ms
        self.interfaces = [
            Interface("vtnet0", "WAN", ["192.0.2.1/24"], ["2001:db8:ff::1/64"], ["192.0.2.254"]),
            Interface("vtnet1", "LAN", ["10.0.0.1/24"]),
        ]
        self.faults: Faults[Fault] = Faults()
        self.requests: deque[Ask] = deque(maxlen=_KEPT_REQUESTS)
        self.loaded_content: dict[str, frozenset[str]] = {}
        self._since_refresh_s = 0
        self._minutes = 0

    @property
    def version(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version_text.split("."))

    def add_user(self, *names: str) -> User:
        """A new user with these privileges (all of them where none is named)."""
        user = User(new_key(), new_key(), names or (privileges.ALL,))
        self.users[user.key] = user
        return user

    def set_user(self, user: User, **changes: Any) -> None:
        """Change a user, found again by its key."""
        self.users[user.key] = replace(self.users[user.key], **changes)

    def alias(self, name: str) -> Alias | None:
        """The alias of that name."""
        return next((alias for alias in self.aliases.values() if alias.name == name), None)

    def make_alias(
        self, name: str, kind: str = "external", content: Iterable[str] = (), **fields: Any
    ) -> Alias:
        """Put an alias into the configuration and load it."""
        with self.lock:
            alias = Alias(str(uuid.uuid4()), name, kind, content=list(content), **fields)
            self.aliases[alias.uuid] = alias
            self.saved()
            tables.load(self, alias)
            return alias

    def make_rule(self, **fields: str) -> Rule:
        """Put a rule into the configuration and load all rules."""
        with self.lock:
            rule = Rule(str(uuid.uuid4()), **fields)
            self.rules[rule.uuid] = rule
            self.saved()
            self.load_rules()
            return rule

    def saved(self) -> None:
        """The configuration was written: one more revision, of which the newest are kept."""
        self.revision += 1
        self.revisions = [*self.revisions, self.revision][-_KEPT_REVISIONS:]

    def load_rules(self) -> None:
        """Make the configured rules the loaded ones."""
        self.loaded_rules = in_order(rule for rule in self.rules.values() if rule.enabled == "1")
        for rule in self.loaded_rules:
            for name in (rule.source_net, rule.destination_net):
                if self.alias(name) is not None:
                    self.pf.tables.setdefault(name, {})

    def drops(self, address: str) -> bool:
        """Whether a packet from that address is dropped by the loaded rules."""
        with self.lock:
            family = "inet6" if ":" in address else "inet"
            for rule in self.loaded_rules:
                is_meant = rule.quick == "1" and rule.direction in ("in", "any")
                if (
                    is_meant
                    and rule.ipprotocol in (family, "inet46")
                    and self._is_in(address, rule.source_net)
                ):
                    return rule.action != "pass"
            return False

    def _is_in(self, address: str, target: str) -> bool:
        if target == "any" or target in self.pf.covering(address):
            return True
        network, wanted = parsed(target), parsed(address)
        return network is not None and wanted is not None and network.overlaps(wanted)

    def tick(self, seconds: int) -> None:
        """Let time pass: each minute tables are refreshed, every fifth in full for hosts."""
        with self.lock:
            self.now_ms += seconds * 1_000
            self._since_refresh_s += seconds
            while self._since_refresh_s >= _MINUTE_S:
                self._since_refresh_s -= _MINUTE_S
                self._minutes += 1
                tables.refresh(self, is_full_for_hosts=self._minutes % 5 == 0)
                tables.expire(self)

    def reboot(self) -> None:
        """Start anew: external tables and all connections are gone, the others are filled again."""
        with self.lock:
            self.pf.tables.clear()
            self.loaded_content.clear()
            self.states.clear()
            self.load_rules()
            tables.refresh(self, is_full_for_hosts=True)

    def lose_table(self, name: str) -> None:
        """Empty a pf table behind everybody's back."""
        with self.lock:
            self.pf.flush(name)

    def put(self, table: str, *entries: str) -> None:
        """Put entries into a pf table as somebody else would, and into the configuration where it is kept."""
        with self.lock:
            alias = self.alias(table)
            if alias is not None and alias.type in KEPT_IN_CONFIG:
                alias.content += entries
                self.saved()
            for entry in entries:
                self.pf.add(table, entry, now_ms=self.now_ms)

    def connect(self, other: str, *, inside: str = "10.0.0.20", **fields: Any) -> State:
        """Have a connection from `other` to somebody inside."""
        with self.lock:
            if ":" in other and ":" not in inside:
                inside = "2001:db8:ff:1::20"
            number = f"{len(self.states) + 1:016x}"
            state = State(number, "0a0b0c0d", src=other, dst=inside, **fields)
            self.states.append(state)
            return state
