"""Where LAMIS itself is: a firewall that drops it hears of no block any more, nor of the end of one."""

from collections.abc import Iterable
from ipaddress import ip_network

from lamis.base.own_host import NamedHost, interface_addresses, source_addresses
from lamis.base.settings import Settings
from lamis.blocking.networks import is_single, parse_network, sorted_networks, unwrapped
from lamis.blocking.rules import is_public
from lamis.blocking.types import Network

_named = NamedHost()


def networks_of_lamis(settings: Settings, firewalls: Iterable[Network]) -> list[Network]:
    """What must never be blocked for LAMIS's own sake, seen from this process's machine.

    Its public addresses, those that it has on the way to each of `firewalls`, those of LAMIS_PUBLIC_URL and
    LAMIS_OWN_ADDRESSES. A private address means it only where it is the way to a firewall: other networks
    may have the same.
    """
    machine = [ip_network(each) for each in interface_addresses()]
    ways = source_addresses(each.network_address for each in firewalls if is_single(each))
    found = {
        *(network for network in map(unwrapped, machine) if is_public(network)),
        *(ip_network(each) for each in ways),
        *(ip_network(each) for each in _named.addresses(settings.public_url)),
        *(parse_network(text) for text in settings.own_addresses.split(",") if text.strip()),
    }
    return sorted_networks(found)
