"""Addresses and networks as text: what people type, what is stored, what covers what."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_ntop

from lamis.base.errors import Invalid
from lamis.blocking.types import Network

_MAPPED = IPv6Network("::ffff:0:0/96")
# The widest networks that a look for "is this address blocked" considers; wider ones cannot be asked for.
WIDEST_IPV4, WIDEST_IPV6 = 8, 32


def parse_network(text: str, *, field: str = "address") -> Network:
    """The address or network in `text`; IPv4 mapped into IPv6 is taken as IPv4. Raises Invalid.

    Host bits must be zero: `203.0.113.9/24` could mean the address or the network.
    """
    typed = text.strip()
    try:
        network = ip_network(typed)
    except ValueError:
        raise Invalid(_why_not(typed), field=field) from None
    if isinstance(network, IPv6Network) and network.network_address.scope_id:
        raise Invalid(f"“{_short(typed)}” has a zone; give the address without it.", field=field)
    return unwrapped(network)


def unwrapped(network: Network) -> Network:
    """IPv4 mapped into IPv6 as the IPv4 network it means."""
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        low = int(network.network_address) & 0xFFFFFFFF
        return IPv4Network((low, network.prefixlen - 96))
    return network


def text_of(network: Network) -> str:
    """The one spelling: a single address without its length."""
    return str(network.network_address) if is_single(network) else str(network)


def is_single(network: Network) -> bool:
    return network.prefixlen == network.max_prefixlen


def widened(network: Network) -> Network:
    """The /64 of an IPv6 address, for an attacker who moves inside it; anything else as it is."""
    if isinstance(network, IPv6Network) and network.prefixlen > 64:
        return network.supernet(new_prefix=64)
    return network


def overlaps(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def covering(network: Network) -> list[str]:
    """The spellings of every network that covers `network`, itself first."""
    widest, spelled = (WIDEST_IPV4, _ipv4) if network.version == 4 else (WIDEST_IPV6, _ipv6)
    number, bits = int(network.network_address), network.max_prefixlen
    prefixes = range(network.prefixlen, min(widest, network.prefixlen) - 1, -1)
    # Each address of each page is asked for: objects of `ipaddress` cost fifty times as much.
    found = [f"{spelled(number >> bits - prefix << bits - prefix)}/{prefix}" for prefix in prefixes]
    return [text_of(network), *found[1:]]


def _ipv4(number: int) -> str:
    return inet_ntop(AF_INET, number.to_bytes(4))


def _ipv6(number: int) -> str:
    if number > 0xFFFF and number >> 32 in (0, 0xFFFF):  # written with dots there
        return str(IPv6Address(number))
    return inet_ntop(AF_INET6, number.to_bytes(16))


def sorted_networks(networks: Iterable[Network]) -> list[Network]:
    """IPv4 first, then by address."""
    return sorted(networks, key=lambda each: (each.version, int(each.network_address), each.prefixlen))


def sort_text(network: Network) -> str:
    """A text that sorts as `sorted_networks` does."""
    return f"{network.version}{int(network.network_address):032x}{network.prefixlen:03d}"


def _why_not(typed: str) -> str:
    if not typed:
        return "Give an address, such as 203.0.113.9, or a network, such as 203.0.113.0/24."
    try:
        network = ip_network(typed, strict=False)
    except ValueError:
        return f"“{_short(typed)}” is no IP address and no network; names are not blocked, addresses are."
    return f"“{_short(typed)}” has host bits; did you mean {text_of(network)}?"


def _short(typed: str) -> str:
    return typed if len(typed) <= 60 else f"{typed[:57]}…"
