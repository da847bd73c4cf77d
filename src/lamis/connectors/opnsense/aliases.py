"""The alias that addresses go to: of which type it is, and what the configuration keeps in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lamis.base.errors import Invalid, Refused
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.answers import AliasRow, AliasRows
from lamis.connectors.opnsense.client import NodeClient

_NAME = re.compile(r"[A-Za-z]|(?!__)[A-Za-z_][A-Za-z0-9_]{1,30}")


class AliasType(StrEnum):
    """The types of alias that single addresses can be put into."""

    EXTERNAL = "external"
    HOST = "host"
    NETWORK = "network"


# Before 25.7 lists tell the label in place of the word.
_LABELS = {
    "External (advanced)": AliasType.EXTERNAL,
    "Host(s)": AliasType.HOST,
    "Network(s)": AliasType.NETWORK,
}


@dataclass(frozen=True, slots=True)
class Alias:
    """An alias of the configuration. `type` None is one that takes no single addresses; `content` has
    one entry a line as the configuration spells it, copies included, and is empty for external ones.
    """

    uuid: str
    name: str
    type: AliasType | None
    type_word: str
    is_enabled: bool
    content: tuple[str, ...] = ()

    @property
    def is_in_config(self) -> bool:
        """Whether the configuration keeps its entries; those of an external one are gone after a reboot."""
        return self.type in (AliasType.HOST, AliasType.NETWORK)


def checked_name(name: str) -> str:
    """The name, as it can stand in a path and a rule. Raises Invalid."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            "The alias is one letter, or 2 to 31 letters, digits and underscores, and begins with a letter "
            "or one underscore.",
            field="alias",
        )
    return name


def find_alias(client: NodeClient, name: str) -> Alias | None:
    """The alias of that name; None where there is none.

    External ones are looked for first: theirs is the short list, for their content is not in it.
    """
    for types in (["external"], None):
        asked: dict[str, Any] = {"current": 1, "rowCount": -1, "searchPhrase": name}
        if types:
            asked["type"] = types
        rows = client.post("firewall/alias/search_item", asked, AliasRows).rows
        for row in rows:
            if row.name == name:
                return _alias_of(row)
    return None


def usable_alias(client: NodeClient, name: str) -> Alias:
    """The alias, where addresses can be put into it and take effect. Raises Refused `alias_missing`."""
    alias = find_alias(client, name)
    problem = why_unusable(alias, name)
    if alias is None or problem:
        raise Refused(f"{client.where}: {problem}", code=TestCode.ALIAS_MISSING, permanent=True)
    return alias


def why_unusable(alias: Alias | None, name: str) -> str | None:
    """What is wrong with the alias, and the cure; None where nothing is."""
    if alias is None:
        return f"There is no alias {name}; make it (type External), or let LAMIS make it."
    if alias.type is None:
        return (
            f"The alias {name} is of the type {alias.type_word}, which takes no single addresses; use one of "
            "the type External."
        )
    if not alias.is_enabled:
        return f"The alias {name} is disabled, so its addresses pass; enable it there."
    return None


def set_content(client: NodeClient, alias: Alias, content: Sequence[str]) -> None:
    """Write the whole content in one change of the configuration and load it. Raises Refused."""
    changed = {"alias": {"content": "\n".join(content)}}
    told = client.post(f"firewall/alias/set_item/{alias.uuid}", changed, dict[str, Any])
    expect_saved(told, where=client.where)
    load_aliases(client)


def load_aliases(client: NodeClient) -> None:
    """Have the box load its aliases into the packet filter. Raises Refused."""
    told = client.reload("firewall/alias/reconfigure")
    if not isinstance(told, dict) or told.get("status") != "ok":
        raise Refused(
            f"{client.where} did not load its aliases; look at its log (System: Log Files: Backend).",
            code=TestCode.UNEXPECTED_ANSWER,
        )


def expect_saved(told: dict[str, Any], *, where: str) -> None:
    """Raise Refused with what the model found wrong, unless a change was saved."""
    if told.get("result") == "saved":
        return
    found = told.get("validations")
    reasons = [
        one if isinstance(one, str) else " ".join(map(str, one))
        for one in (found.values() if isinstance(found, dict) else ())
    ]
    raise Refused(
        f"{where} did not take the change: {' '.join(reasons) or 'it gave no reason'}",
        code=TestCode.UNEXPECTED_ANSWER,
        permanent=True,
    )


def _alias_of(row: AliasRow) -> Alias:
    kind = _LABELS.get(row.type)
    if kind is None and row.type in set(AliasType):
        kind = AliasType(row.type)
    content = tuple(line for line in (row.content or "").split("\n") if line.strip())
    return Alias(row.uuid, row.name, kind, row.type, row.enabled == "1", content)
