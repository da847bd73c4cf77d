"""The addresses of the machine that LAMIS runs on, and of the name that people open it by."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from lamis.base.egress import Resolve, lookup

Address = IPv4Address | IPv6Address
PROC = Path("/proc/net")
KEPT_S = 300.0
FAILED_KEPT_S = 10.0
PATIENCE_S = 0.3
_ANY_PORT = 9
_NOTHING: tuple[float, frozenset[Address]] = (float("-inf"), frozenset())


def interface_addresses(proc: Path = PROC) -> frozenset[Address]:
    """The addresses of this machine's interfaces; what its own name stands for where it has no `/proc`."""
    found = {*_local_ipv4(_read(proc / "fib_trie")), *_local_ipv6(_read(proc / "if_inet6"))}
    if not found:
        try:
            found = set(_addresses(lookup(socket.gethostname(), _ANY_PORT)))
        except OSError:
            return frozenset()
    return frozenset(found)


def source_addresses(towards: Iterable[Address]) -> frozenset[Address]:
    """The addresses that this machine has for each of those: they see it by them. Nothing is sent."""
    return frozenset(found for each in towards if (found := _source(each)) is not None)


class NamedHost:
    """The addresses of the host of a URL, looked up beside whoever asks and kept for a while."""

    def __init__(self, resolve: Resolve = lookup, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._resolve = resolve
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, frozenset[Address]]] = {}  # until when it is not asked again
        self._looking: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()

    def addresses(self, url: str | None) -> frozenset[Address]:
        """The newest known; waits a moment only where none is. A name that is gone keeps what it had."""
        host = urlsplit(url or "").hostname
        if not host:
            return frozenset()
        if literal := _addresses([host]):
            return frozenset(literal)
        with self._lock:
            until, known = self._known.get(host, _NOTHING)
            if self._monotonic() < until:
                return known
            looking = self._looking.get(host)
            if looking is None:
                looking = threading.Thread(target=self._look, args=(host,), daemon=True)
                self._looking[host] = looking
                looking.start()
        if not known:
            looking.join(PATIENCE_S)
        with self._lock:
            return self._known.get(host, _NOTHING)[1]

    def _look(self, host: str) -> None:
        found: frozenset[Address] | None
        try:
            found = frozenset(_addresses(self._resolve(host, _ANY_PORT)))
        except OSError:
            found = None
        with self._lock:
            before = self._known.get(host, _NOTHING)[1]
            kept_s = FAILED_KEPT_S if found is None else KEPT_S
            self._known[host] = (self._monotonic() + kept_s, before if found is None else found)
            del self._looking[host]


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def _local_ipv4(trie: str) -> list[Address]:
    """The kernel's table writes an address, and on the line below that it is a local host."""
    lines = trie.splitlines()
    return _addresses(
        line.split()[-1] for line, below in pairwise(lines) if "|--" in line and "host LOCAL" in below
    )


def _local_ipv6(table: str) -> list[Address]:
    return [IPv6Address(int(line.split()[0], 16)) for line in table.splitlines() if line.strip()]


def _addresses(texts: Iterable[str]) -> list[Address]:
    found: list[Address] = []
    for text in texts:
        try:
            found.append(ip_address(text.partition("%")[0]))
        except ValueError:
            continue
    return found


def _source(towards: Address) -> Address | None:
    family = socket.AF_INET if towards.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(towards), _ANY_PORT))
            return next(iter(_addresses([str(probe.getsockname()[0])])), None)
    except OSError:
        return None
