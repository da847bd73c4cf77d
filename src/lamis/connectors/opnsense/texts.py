"""Entries in the packet filter's own spelling, both ways: it deletes only what it prints exactly so."""

import socket
from ipaddress import IPv4Network, IPv6Network, ip_network

from lamis.base.errors import Refused
from lamis.blocking.types import Network
from lamis.connections.types import TestCode

_MAPPED = IPv6Network("::ffff:0:0/96")


def settled(entry: Network) -> Network:
    """The entry that is really blocked: IPv4 inside IPv6 is IPv4. Raises Refused for a whole family."""
    if isinstance(entry, IPv6Network) and entry.subnet_of(_MAPPED):
        address = entry.network_address.ipv4_mapped
        if address is not None:
            entry = IPv4Network((address, entry.prefixlen - 96))
    if entry.prefixlen == 0:
        raise Refused(
            f"{entry} is every address there is; it is never sent.", code=TestCode.INVALID, permanent=True
        )
    return entry


def text_of(entry: Network) -> str:
    """As pfctl prints it: no mask of full length, host bits zero, IPv6 as the C library writes it."""
    family = socket.AF_INET if entry.version == 4 else socket.AF_INET6
    address = socket.inet_ntop(family, entry.network_address.packed)
    return address if is_host(entry) else f"{address}/{entry.prefixlen}"


def is_host(entry: Network) -> bool:
    """Whether the entry is a single address."""
    return entry.prefixlen == entry.max_prefixlen


def masked_text_of(entry: Network) -> str:
    """With its mask always: what a network alias keeps."""
    return f"{text_of(entry)}/{entry.prefixlen}" if is_host(entry) else text_of(entry)


def network_of(text: str) -> Network | None:
    """What a printed or typed entry means; None for exceptions (`!…`), ranges, names and nonsense."""
    try:
        return ip_network(text.strip().partition("%")[0], strict=False)
    except ValueError:
        return None
