"""Privileges by the names that OPNsense's user page shows, and the literal paths they open."""

import re
from collections.abc import Iterable

ALL = "All pages"
TABLES = "Diagnostics: PF Table IP addresses"
ALIASES = "Firewall: Alias: Edit"
ALIASES_READ = "Firewall: Aliases"
STATES = "Diagnostics: Show States"
RULES = "Firewall: Rules [new]"
FIRMWARE = "System: Firmware"
DASHBOARD = "Lobby: Dashboard"
STATUS = "System: Status"
INTERFACES = "Status: Interfaces"
ROUTES = "System: Static Routes"
READONLY = "System: Deny config write"

# What a key of LAMIS should have: the first four are needed, the others are good to have.
NEEDED = (TABLES, ALIASES, STATES, RULES)
USEFUL = (DASHBOARD, STATUS, INTERFACES, ROUTES)

_MASKS = {
    ALL: ("*",),
    TABLES: ("api/firewall/alias_util/*",),
    ALIASES: ("api/firewall/alias/*",),
    ALIASES_READ: (
        "api/firewall/alias/export",
        "api/firewall/alias/search*",
        "api/firewall/alias/list*",
        "api/firewall/alias/get*",
    ),
    STATES: (
        "api/diagnostics/firewall/query_states*",
        "api/diagnostics/firewall/del_state*",
        "api/diagnostics/firewall/kill_states*",
    ),
    RULES: ("api/firewall/filter/*",),
    FIRMWARE: ("api/core/firmware/*",),
    DASHBOARD: ("api/diagnostics/system/*",),
    STATUS: ("api/core/system/status",),
    INTERFACES: ("api/interfaces/overview/*",),
    ROUTES: ("api/routes/*",),
    READONLY: (),
}
_FOR_EVERYONE = ("api/core/menu/*",)


def is_allowed(privileges: Iterable[str], target: str) -> bool:
    """Whether the request may be made; masks are literal and know upper from lower case."""
    masks = [*_FOR_EVERYONE, *(mask for name in privileges for mask in _MASKS.get(name, ()))]
    return any(re.fullmatch(_pattern(mask), target.lstrip("/")) for mask in masks)


def _pattern(mask: str) -> str:
    return re.escape(mask).replace(r"\*", ".*")
