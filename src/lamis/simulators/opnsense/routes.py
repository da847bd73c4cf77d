"""Which handler a path leads to: camelCase and snake_case alike, and how many parameters it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lamis.simulators.opnsense import alias, alias_util, core, diagnostics
from lamis.simulators.opnsense import filter as rules
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import Call

Handler = Callable[[Box, Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler with the parameters it needs, and the version it was removed in."""

    handler: Handler
    needs: int = 0
    gone_in: tuple[int, ...] | None = None


_GONE = (26, 7)
_ROUTES = {
    ("firewall", "aliasutil"): {
        "aliases": Route(alias_util.names),
        "list": Route(alias_util.listed, needs=1),
        "add": Route(alias_util.add, needs=1),
        "delete": Route(alias_util.delete, needs=1),
        "flush": Route(alias_util.flush, needs=1),
        "findreferences": Route(alias_util.references),
    },
    ("firewall", "alias"): {
        "getaliasuuid": Route(alias.uuid_of, needs=1),
        "searchitem": Route(alias.search),
        "getitem": Route(alias.item),
        "additem": Route(alias.add),
        "setitem": Route(alias.change, needs=1),
        "delitem": Route(alias.delete, needs=1),
        "toggleitem": Route(alias.toggle, needs=1),
        "reconfigure": Route(alias.reconfigure),
        "gettablesize": Route(alias.table_size),
        "export": Route(alias.export),
        "import": Route(alias.take_in),
    },
    ("firewall", "filter"): {
        "searchrule": Route(rules.search),
        "getrule": Route(rules.item),
        "addrule": Route(rules.add),
        "setrule": Route(rules.change, needs=1),
        "delrule": Route(rules.delete, needs=1),
        "togglerule": Route(rules.toggle, needs=1),
        "apply": Route(rules.apply),
        "savepoint": Route(rules.savepoint, gone_in=_GONE),
        "cancelrollback": Route(rules.roll_back, needs=1, gone_in=_GONE),
        "revert": Route(rules.roll_back, needs=1, gone_in=_GONE),
    },
    ("diagnostics", "firewall"): {
        "killstates": Route(diagnostics.kill),
        "querystates": Route(diagnostics.query),
        "delstate": Route(diagnostics.delete, needs=2),
    },
    ("diagnostics", "system"): {"systeminformation": Route(diagnostics.information)},
    ("core", "menu"): {"search": Route(core.menu)},
    ("core", "firmware"): {"status": Route(core.firmware)},
    ("core", "system"): {"status": Route(core.status)},
    ("interfaces", "overview"): {"interfacesinfo": Route(core.interfaces)},
    ("routes", "gateway"): {"status": Route(core.gateways)},
}


def find(path: str, *, version: tuple[int, ...]) -> tuple[Route, list[str]] | None:
    """The route of a path and its parameters; None where there is none. Too few are the caller's to judge."""
    parts = path.removeprefix("/api/").strip("/").split("/")
    if len(parts) < 3 or not path.startswith("/api/"):
        return None
    module, controller, action = (part.replace("_", "").lower() for part in parts[:3])
    route = _ROUTES.get((module, controller), {}).get(action)
    if route is None or (route.gone_in is not None and version >= route.gone_in):
        return None
    return route, parts[3:]
