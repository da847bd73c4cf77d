"""What a box tells of itself: version, table space, the health of its rules; None what may not be read."""

import re
from dataclasses import dataclass
from typing import Any

from lamis.base.errors import Refused
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.answers import TableSize
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.refusals import unescaped

OLDEST = (24, 7, 2)
_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_WELL = frozenset({"ok", "notice", "2", "1", ""})


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it is written, and its numbers; `numbers` is empty for an unreadable one."""

    text: str
    numbers: tuple[int, ...]

    @property
    def is_too_old(self) -> bool:
        return bool(self.numbers) and self.numbers < OLDEST


def version_of(text: str) -> Version:
    """`26.7.2`, `26.7.2_1`, `OPNsense 26.7.2-amd64`."""
    found = _NUMBERS.search(text)
    numbers = tuple(int(part or 0) for part in found.groups()) if found else ()
    return Version(text.removeprefix("OPNsense ").partition("-")[0].strip(), numbers)


def read_version(client: NodeClient) -> Version | None:
    """The version by either place that tells it; the first needs the lesser privilege."""
    told = readable(client, "diagnostics/system/system_information")
    versions = told.get("versions") if told else None
    if isinstance(versions, list) and versions:
        return version_of(str(versions[0]))
    told = readable(client, "core/firmware/status")
    product = told.get("product") if told else None
    if isinstance(product, dict) and product.get("product_version"):
        return version_of(str(product["product_version"]))
    return None


def rules_complaint(client: NodeClient) -> str | None:
    """What loading the rules complained about; empty where nothing, None where it may not be read."""
    told = readable(client, "core/system/status")
    if told is None:
        return None
    parts = told.get("subsystems")
    parts = told if not isinstance(parts, dict) else parts
    firewall = next((part for name, part in parts.items() if name.lower() == "firewall"), None)
    if not isinstance(firewall, dict) or str(firewall.get("status", "")).lower() in _WELL:
        return ""
    return unescaped(str(firewall.get("message") or "no message"))


def table_space(client: NodeClient) -> tuple[int, int] | None:
    """Used and allowed entries of all tables together."""
    try:
        told = client.get("firewall/alias/get_table_size", TableSize)
        return int(told.used), int(told.size)
    except ValueError:
        return None
    except Refused as error:
        _let_pass(error)
        return None


def readable(client: NodeClient, path: str) -> dict[str, Any] | None:
    """An object that the key may read; None where it may not, or where the version has none."""
    try:
        told = client.get(path, Any)
    except Refused as error:
        _let_pass(error)
        return None
    return told if isinstance(told, dict) else None


def _let_pass(error: Refused) -> None:
    if error.code not in (TestCode.PRIVILEGE_MISSING, TestCode.VERSION_TOO_OLD):
        raise error
