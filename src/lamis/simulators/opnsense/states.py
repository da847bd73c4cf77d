"""The connections pf keeps, and how the two ways of naming some of them really match."""

import re
from dataclasses import dataclass
from typing import Any

from lamis.simulators.opnsense.pf import parsed

_KEPT = re.compile(r"[^0-9A-Za-z ,*_.#-]")
_KEPT_BEFORE_24_7 = re.compile(r"[^0-9A-Za-z ,*_./#-]")


@dataclass(frozen=True, slots=True)
class State:
    """One kept connection."""

    key: str
    creator: str
    src: str
    dst: str
    nat: str | None = None
    gateway: str | None = None
    interface: str = "wan"
    protocol: str = "tcp"
    src_port: str = "40000"
    dst_port: str = "443"

    @property
    def id(self) -> str:
        return f"{self.key}/{self.creator}"

    @property
    def addresses(self) -> list[str]:
        """Everything a filter by address looks at."""
        return [address for address in (self.src, self.dst, self.nat, self.gateway) if address]

    def row(self) -> dict[str, Any]:
        """As query_states tells it."""
        return {
            "label": "", "descr": "", "nat_addr": self.nat, "nat_port": None, "gateway": self.gateway,
            "iface": self.interface, "proto": self.protocol,
            "ipproto": "ipv6" if ":" in self.src else "ipv4", "direction": "in",
            "src_addr": self.src, "src_port": self.src_port, "dst_addr": self.dst, "dst_port": self.dst_port,
            "state": "ESTABLISHED:ESTABLISHED", "id": self.id, "interface": self.interface.upper(),
        }  # fmt: skip


def sanitised(text: str, *, version: tuple[int, ...]) -> str:
    """What is left of a filter of kill_states: never a colon, and no slash since 24.7."""
    return (_KEPT if version >= (24, 7) else _KEPT_BEFORE_24_7).sub("", text)


def matching(states: list[State], phrase: str) -> list[State]:
    """The states that every word of `phrase` matches: an address by overlap, other words as substrings."""
    words = phrase.split()
    if all(parsed(word) is None for word in words):
        words = [phrase.strip()]  # without any address the phrase is one substring
    return [state for state in states if all(_matches(state, word) for word in words)]


def _matches(state: State, word: str) -> bool:
    wanted = parsed(word)
    if wanted is None:
        line = " ".join(str(value) for value in state.row().values() if value)
        return word.lower() in line.lower()
    found = map(parsed, state.addresses)
    return any(one is not None and one.version == wanted.version and one.overlaps(wanted) for one in found)
