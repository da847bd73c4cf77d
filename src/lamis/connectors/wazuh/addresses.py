"""Where Wazuh documents keep addresses and users, in the order that decides."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from lamis.alerts.types import IPAddress

_MOST = 64

Document = dict[str, Any]


class _Places(NamedTuple):
    """Paths in the order that decides, those with one first key together without it; and these keys."""

    paths: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    keys: frozenset[str]


def _places(written: Sequence[str]) -> _Places:
    split = [path.split(".") for path in written]
    paths = tuple(
        (key, tuple(tuple(path[1:]) for path in group)) for key, group in groupby(split, key=itemgetter(0))
    )
    return _Places(paths, frozenset(key for key, _ in paths))


# The first place that holds an address is the source address of the alert.
_SOURCES_4 = _places(
    (
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
_OTHERS_4 = _places(
    (
        "dstip",
        "dest_ip",
        "win.eventdata.destinationIp",
        "aws.dstaddr",
        "destination.ip",
        "server.ip",
    )
)
_SRCIP, _DSTIP = _places(("srcip",)), _places(("dstip",))
_SOURCES_5 = _places(("source.ip", "client.ip"))
_OTHERS_5 = _places(("destination.ip", "server.ip"))
_USERS_4 = _places(
    (
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


def sources_4(document: Document) -> list[IPAddress]:
    """Addresses of the other side of a 4.x alert, the deciding one first; `document` is the whole alert."""
    found = _addresses(document.get("data"), _SOURCES_4)
    return found + _addresses(document, _SRCIP) if document.get("srcip") else found


def others_4(document: Document) -> list[IPAddress]:
    """Addresses of a 4.x alert that are not its source: destinations."""
    found = _addresses(document.get("data"), _OTHERS_4)
    return found + _addresses(document, _DSTIP) if document.get("dstip") else found


def sources_5(document: Document) -> list[IPAddress]:
    """Addresses of the other side of a 5.x finding, the deciding one first."""
    return _addresses(document, _SOURCES_5)


def others_5(document: Document) -> list[IPAddress]:
    """Addresses of a 5.x finding that are not its source."""
    return _addresses(document, _OTHERS_5)


def user_4(document: Document) -> Any:
    """The user of a 4.x alert as it is written; None where none is named."""
    for values in _values(document.get("data"), _USERS_4):
        for value in values:
            if isinstance(value, str) and value.strip(" -"):
                return value
    return None


def _addresses(document: Any, places: _Places) -> list[IPAddress]:
    found: list[IPAddress] = []
    for values in _values(document, places):
        for value in values:
            if (address := address_of(value)) is not None:
                found.append(address)
                if len(found) == _MOST:
                    return found
    return found


def _values(document: Any, places: _Places) -> list[Iterable[Any]]:
    """The values at each of `places`; most documents have none of them, which is told at once."""
    if not isinstance(document, dict) or places.keys.isdisjoint(document):
        return []
    return [
        values
        for key, paths in places.paths
        if key in document
        for path in paths
        if (values := values_at(document[key], path))
    ]


def values_at(document: Any, path: Sequence[str]) -> Iterable[Any]:
    """The values at `path`, where `*` is any key and a list stands for its items."""
    for place, key in enumerate(path):
        if not isinstance(document, dict) or key == "*":
            return _branches(document, path[place:])
        document = document.get(key)
        if document is None:
            return ()
    return _branches(document, ()) if isinstance(document, list) else (document,)


def _branches(document: Any, path: Sequence[str]) -> Iterator[Any]:
    """`values_at` where the way parts."""
    if isinstance(document, list):
        for item in document:
            if not isinstance(item, list):
                yield from values_at(item, path)
    elif isinstance(document, dict):
        for value in document.values():
            yield from values_at(value, path[1:])
