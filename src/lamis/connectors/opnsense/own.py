"""The box's own addresses and its gateways: blocking one of them would cut it off."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Any

from lamis.base.errors import Refused
from lamis.blocking.types import Network
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.answers import InterfaceRows
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.texts import network_of

_INTERFACES = "interfaces/overview/interfaces_info"
_GATEWAYS = "routes/gateway/status"


def own_networks(client: NodeClient) -> Sequence[Network]:
    """Addresses of all interfaces, virtual ones too, and of all gateways, each as a network of full length.

    What a gateway is watched by (its monitor) counts too: without its answers the gateway is taken for down.
    What the key may not read is left out: the test says so.
    """
    found = {_exact(text) for text in (_host_of(client.where), *_addresses(client), *_gateways(client))}
    return sorted(
        (network for network in found if network is not None),
        key=lambda network: (network.version, network),
    )


def _addresses(client: NodeClient) -> list[str]:
    try:
        rows = client.get(_INTERFACES, InterfaceRows).rows
    except Refused as error:
        _let_pass(error)
        return []
    parts = [part for row in rows for part in (row.ipv4, row.ipv6, row.gateways)]
    return [text for part in parts for text in _texts(part)]


def _gateways(client: NodeClient) -> list[str]:
    try:
        told = client.get(_GATEWAYS, dict[str, Any])
    except Refused as error:
        _let_pass(error)
        return []
    items = told.get("items")
    return [
        text
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
        for text in (str(item.get("address", "")), str(item.get("monitor", "")))
    ]


def _let_pass(error: Refused) -> None:
    if error.code not in (TestCode.PRIVILEGE_MISSING, TestCode.VERSION_TOO_OLD):
        raise error


def _texts(part: Any) -> Iterator[str]:
    """The texts in what may be a text, an object with an address, or a list of either."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        yield str(part.get("ipaddr") or part.get("address") or "")


def _exact(text: str) -> Network | None:
    """The address alone, whatever the mask it is written with; None for what is no address."""
    network = network_of(text.partition("/")[0])
    return None if network is None else ip_network(network.network_address)


def _host_of(where: str) -> str:
    return where.rpartition(":")[0].strip("[]")
