"""Where Wazuh documents keep addresses and users, in the order that decides."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from operator import itemgetter
from typing import Any, NamedTuple

from lamis.alerts.types import IPAddress

_MOST = 64

Document = dict[str, Any]
# Keys on the way to a place; at its end the number of the place.
Tree = dict[str, "Tree | int"]
Found = tuple[int, Any]


class Places(NamedTuple):
    """What a document holds: the other side's addresses, the deciding one first; destinations; the user."""

    sources: Sequence[IPAddress]
    others: Sequence[IPAddress]
    user: Any = None


# In each of these the order decides: the first source that holds an address is that of the alert.
_SOURCES_4 = (
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
_OTHERS_4 = (
    "dstip",
    "dest_ip",
    "win.eventdata.destinationIp",
    "aws.dstaddr",
    "destination.ip",
    "server.ip",
)
_USERS_4 = (
    "srcuser",
    "dstuser",
    "win.eventdata.targetUserName",
    "win.eventdata.subjectUserName",
    "win.eventdata.user",
    "aws.userIdentity.userName",
    "office365.UserId",
    "UserName",
)
_SOURCES_5 = ("source.ip", "client.ip")
_OTHERS_5 = ("destination.ip", "server.ip")


def tree_of(paths: Iterable[str]) -> Tree:
    """The tree of some paths, numbered in their order; `*` is any key."""
    tree: Tree = {}
    for number, path in enumerate(paths):
        *way, last = path.split(".")
        branch = tree
        for key in way:
            inner = branch.setdefault(key, {})
            assert isinstance(inner, dict)
            branch = inner
        branch[last] = number
    return tree


_TREE_4 = tree_of((*_SOURCES_4, *_OTHERS_4, *_USERS_4))
_LAST_SOURCE_4 = len(_SOURCES_4) - 1
_LAST_OTHER_4 = len(_SOURCES_4 + _OTHERS_4) - 1
_TREE_5 = tree_of((*_SOURCES_5, *_OTHERS_5))
_LAST_SOURCE_5 = len(_SOURCES_5) - 1
_LAST_OTHER_5 = len(_SOURCES_5 + _OTHERS_5) - 1
_NOTHING = Places((), ())


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


def places_4(data: Any, *, srcip: Any = None, dstip: Any = None) -> Places:
    """What the `data` of a 4.x alert holds, and after it the addresses that the oldest keep beside it."""
    found = _found(data, _TREE_4)
    if srcip:
        _gather(srcip, _LAST_SOURCE_4, found)
    if dstip:
        _gather(dstip, _LAST_OTHER_4, found)
    return _told_apart(found, _LAST_SOURCE_4, _LAST_OTHER_4) if found else _NOTHING


def places_5(document: Document) -> Places:
    """What a 5.x finding holds; its user stands elsewhere."""
    return _told_apart(_found(document, _TREE_5), _LAST_SOURCE_5, _LAST_OTHER_5)


def _told_apart(found: list[Found], last_source: int, last_other: int) -> Places:
    """Sources, others and the user, each in the order of the places."""
    if len(found) > 1:
        found.sort(key=itemgetter(0))
    sources: list[IPAddress] = []
    others: list[IPAddress] = []
    user = None
    for number, value in found:
        if number > last_other:
            if user is None and isinstance(value, str) and value.strip(" -"):
                user = value
        elif (address := address_of(value)) is not None:
            (sources if number <= last_source else others).append(address)
    return Places(sources[:_MOST], others[:_MOST], user)


def _found(document: Any, tree: Tree) -> list[Found]:
    """The values at the places of `tree`; most documents have none of them, which is told at once."""
    found: list[Found] = []
    if isinstance(document, dict):
        for key, value in document.items():
            branch = tree.get(key)
            if branch is None:
                continue
            if isinstance(branch, int) and isinstance(value, str):
                found.append((branch, value))
            else:
                _gather(value, branch, found)
    return found


def _gather(value: Any, branch: Tree | int, found: list[Found]) -> None:
    """Add what stands at the places of `branch`, each with its number; a list stands for its items."""
    if isinstance(value, list):
        for item in value:
            if not isinstance(item, list):
                _gather(item, branch, found)
    elif isinstance(branch, int):
        found.append((branch, value))
    elif isinstance(value, dict):
        if "*" in branch:
            for inner in value.values():
                _gather(inner, branch["*"], found)
        else:
            found += _found(value, branch)
