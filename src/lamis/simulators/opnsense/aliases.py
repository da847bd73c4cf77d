"""Aliases of the configuration, and what the model accepts."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field

TYPES = {
    "host": "Host(s)",
    "network": "Network(s)",
    "port": "Port(s)",
    "url": "URL (IPs)",
    "urltable": "URL Table (IPs)",
    "urljson": "URL Table in JSON format (IPs)",
    "geoip": "GeoIP",
    "networkgroup": "Network group",
    "mac": "MAC address",
    "asn": "BGP ASN",
    "external": "External (advanced)",
}
KEPT_IN_CONFIG = ("host", "network")
_NAME = re.compile(r"[a-zA-Z]|(?!__)[a-zA-Z_][a-zA-Z0-9_]{1,30}")
_KEYWORDS = frozenset({"all", "any", "block", "pass", "out", "in", "self", "table", "from", "to", "port"})
_SERVICES = frozenset({"http", "https", "ssh", "smtp", "domain", "tcp", "udp", "icmp", "ftp"})
_BAD_NAME = (
    "The name must start with a letter or single underscore, be less than 32 characters and only consist "
    "of alphanumeric characters or underscores."
)
_HOSTNAME = re.compile(r"(?=.{1,253}$)(?:[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?\.?)+")


@dataclass(slots=True)
class Alias:
    """One alias; `content` is a list because copies do occur."""

    uuid: str
    name: str
    type: str
    is_enabled: bool = True
    content: list[str] = field(default_factory=list)
    description: str = ""
    counters: bool = False
    expire_s: int | None = None

    @property
    def text(self) -> str:
        """The content as the configuration keeps it."""
        return "\n".join(self.content)


def name_problem(name: str, *, taken: Collection[str]) -> str | None:
    """Why the model refuses a name."""
    if not name:
        return "A value is required."
    if not _NAME.fullmatch(name):
        return _BAD_NAME
    if name.lower() in _KEYWORDS:
        return 'The name cannot be the internally reserved keyword "%s".'
    if name.lower() in _SERVICES:
        return "Reserved protocol or service names may not be used"
    return "An alias with this name already exists." if name in taken else None


def type_problem(kind: str, *, version: tuple[int, ...]) -> str | None:
    """Why the model refuses a type; leaving it out is no better than a wrong one."""
    if kind in TYPES:
        return None
    return f"Option [{kind}] not in list." if version >= (26, 1) else "Option not in list."


def content_problem(kind: str, entries: list[str], *, names: Collection[str]) -> str | None:
    """Why the model refuses the content; that of most types is not looked at."""
    for entry in entries:
        if kind == "host" and not _is_host(entry, names):
            return f'Entry "{entry}" is not a valid hostname, IP address or range.'
        if kind == "network" and not _is_network(entry, names):
            return f'Entry "{entry}" is not a network.'
    return None


def _is_host(entry: str, names: Collection[str]) -> bool:
    plain = entry.removeprefix("!")
    if _is_address(plain) or _is_range(plain) or plain in names:
        return True
    return "/" not in plain and ":" not in plain and bool(_HOSTNAME.fullmatch(plain))


def _is_network(entry: str, names: Collection[str]) -> bool:
    plain = entry.removeprefix("!")
    if _is_range(plain) or plain in names:
        return True
    try:
        ipaddress.ip_network(plain, strict=False)
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_range(text: str) -> bool:
    first, dash, last = text.partition("-")
    return bool(dash) and _is_address(first) and _is_address(last)
