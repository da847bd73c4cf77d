"""The packet filter: tables in its own spelling, and a limit for all of them together."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network


def parsed(text: str) -> Network | None:
    """An address or network as pfctl takes it, host bits cleared; None for anything else."""
    try:
        return ip_network(text.strip().removeprefix("!"), strict=False)
    except ValueError:
        return None


def canonical(text: str) -> str | None:
    """`text` as pfctl prints it: no mask of full length, IPv6 compressed; None where it takes none."""
    network = parsed(text)
    if network is None:
        return None
    family = socket.AF_INET if network.version == 4 else socket.AF_INET6
    address = socket.inet_ntop(family, network.network_address.packed)
    mask = "" if network.prefixlen == network.max_prefixlen else f"/{network.prefixlen}"
    return f"{'!' if text.strip().startswith('!') else ''}{address}{mask}"


@dataclass(slots=True)
class PacketFilter:
    """Tables of entries, each with the time it was added in milliseconds. Nothing here ever complains."""

    limit: int = 1_000_000
    tables: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Entries of all tables together."""
        return sum(map(len, self.tables.values()))

    def add(self, table: str, text: str, *, now_ms: int) -> None:
        """Add an entry, making the table if it is missing; garbage and a full filter are silent.

        So is an entry whose exception is there, and the other way round: pf has one place for both.
        """
        entry = canonical(text)
        if entry is None:
            return
        entries = self.tables.setdefault(table, {})
        opposite = entry.removeprefix("!") if entry.startswith("!") else f"!{entry}"
        if not {entry, opposite} & entries.keys() and self.used < self.limit:
            entries[entry] = now_ms

    def delete(self, table: str, text: str) -> None:
        """Delete the entry that is printed exactly like `text`."""
        self.tables.get(table, {}).pop(text.strip(), None)

    def flush(self, table: str) -> None:
        """Empty a table."""
        if table in self.tables:
            self.tables[table].clear()

    def replace(self, table: str, texts: Iterable[str], *, now_ms: int) -> bool:
        """Set the whole content; False, and nothing changed, where it does not fit."""
        wanted = {entry for text in texts if (entry := canonical(text)) is not None}
        old = self.tables.setdefault(table, {})
        if self.used - len(old) + len(wanted) > self.limit:
            return False
        self.tables[table] = {entry: old.get(entry, now_ms) for entry in sorted(wanted)}
        return True

    def expire(self, table: str, *, older_than_ms: int) -> None:
        """Delete what was added before that time."""
        entries = self.tables.get(table, {})
        self.tables[table] = {entry: at for entry, at in entries.items() if at >= older_than_ms}

    def covering(self, text: str) -> list[str]:
        """The tables that hold the address, also by a network; the narrowest entry decides."""
        wanted = parsed(text)
        if wanted is None:
            return []
        return [name for name, entries in sorted(self.tables.items()) if _is_held(wanted, entries)]


def _is_held(wanted: Network, entries: Iterable[str]) -> bool:
    found = [
        (network.prefixlen, not entry.startswith("!"))
        for entry in entries
        if (network := parsed(entry)) is not None
        and network.version == wanted.version
        and wanted.subnet_of(network)  # type: ignore[arg-type]  # of one version, just compared
    ]
    return max(found, default=(0, False))[1]
