"""Where Wazuh documents keep addresses and users, in the order that decides."""

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from lamis.alerts.types import IPAddress

_MOST = 64

Document = dict[str, Any]

# The first place that holds an address is the source address of the alert.
_SOURCES_4 = tuple(
    path.split(".")
    for path in (
        "srcip",
        "src_ip",
        "win.eventdata.ipAddress",
        "win.eventdata.sourceIp",
        "aws.sourceIPAddress",
        "aws.source_ip_address",
        "aws.srcaddr",
        "aws.client_ip",
        "aws.httpRequest.clientIp",
        "aws.service.action.*.remoteIpDetails.ipAddressV4",
        "office365.ClientIP",
        "ms-graph.ipAddress",
        "ms-graph.actor.ipAddress",
        "gcp.jsonPayload.sourceIP",
        "CallerIpAddress",
        "source.ip",
        "client.ip",
        "audit.srcip",
    )
)
_OTHERS_4 = tuple(
    path.split(".")
    for path in (
        "dstip",
        "dest_ip",
        "win.eventdata.destinationIp",
        "aws.dstaddr",
        "destination.ip",
        "server.ip",
    )
)
_SOURCES_5 = (["source", "ip"], ["client", "ip"])
_OTHERS_5 = (["destination", "ip"], ["server", "ip"])
_USERS_4 = tuple(
    path.split(".")
    for path in (
        "srcuser",
        "dstuser",
        "win.eventdata.targetUserName",
        "win.eventdata.subjectUserName",
        "win.eventdata.user",
        "aws.userIdentity.userName",
        "office365.UserId",
        "UserName",
    )
)


def address_of(value: Any) -> IPAddress | None:
    """The address in a text: with a port, in brackets, IPv4 inside IPv6; None for names, `-` and others."""
    return _parsed(value) if isinstance(value, str) and 2 <= len(value) <= 64 else None


@lru_cache(maxsize=4_096)
def _parsed(value: str) -> IPAddress | None:
    text = value.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        if ":" not in text:
            return IPv4Address(text)
        found = IPv6Address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found


def sources_4(document: Document) -> Iterator[IPAddress]:
    """Addresses of the other side of a 4.x alert, the deciding one first; `document` is the whole alert."""
    data = document.get("data")
    if isinstance(data, dict) and data:
        yield from _addresses(data, _SOURCES_4)
    yield from _addresses(document, (["srcip"],))


def others_4(document: Document) -> Iterator[IPAddress]:
    """Addresses of a 4.x alert that are not its source: destinations."""
    data = document.get("data")
    if isinstance(data, dict) and data:
        yield from _addresses(data, _OTHERS_4)
    yield from _addresses(document, (["dstip"],))


def sources_5(document: Document) -> Iterator[IPAddress]:
    """Addresses of the other side of a 5.x finding, the deciding one first."""
    return _addresses(document, _SOURCES_5)


def others_5(document: Document) -> Iterator[IPAddress]:
    """Addresses of a 5.x finding that are not its source."""
    return _addresses(document, _OTHERS_5)


def user_4(document: Document) -> Any:
    """The user of a 4.x alert as it is written; None where none is named."""
    data = document.get("data")
    if not isinstance(data, dict):
        return None
    for path in _USERS_4:
        for value in values_at(data, path) if data.get(path[0]) else ():
            if isinstance(value, str) and value.strip(" -"):
                return value
    return None


def _addresses(document: Document, paths: tuple[list[str], ...]) -> Iterator[IPAddress]:
    left = _MOST
    for path in paths:
        if document.get(path[0]):
            for value in values_at(document, path):
                if (found := address_of(value)) is not None:
                    yield found
                    left -= 1
                    if not left:
                        return


def values_at(document: Any, path: list[str]) -> Iterator[Any]:
    """The values at `path`, where `*` is any key and a list stands for its items."""
    if isinstance(document, list):
        for item in document:
            if not isinstance(item, list):
                yield from values_at(item, path)
    elif not path:
        yield document
    elif isinstance(document, dict):
        if path[0] == "*":
            for value in document.values():
                yield from values_at(value, path[1:])
        elif path[0] in document:
            yield from values_at(document[path[0]], path[1:])
