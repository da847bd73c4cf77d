"""Filter rules of the configuration, and what the model accepts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lamis.simulators.opnsense.pf import parsed

_ACTIONS = ("pass", "block", "reject")
_DIRECTIONS = ("in", "out", "any")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with the model's own, dangerous defaults."""

    uuid: str
    enabled: str = "1"
    sequence: str = ""
    action: str = "pass"
    quick: str = "1"
    interface: str = ""
    direction: str = "in"
    ipprotocol: str = "inet"
    protocol: str = "any"
    source_net: str = "any"
    source_not: str = "0"
    destination_net: str = "any"
    destination_not: str = "0"
    log: str = "0"
    description: str = ""

    def values(self) -> dict[str, Any]:
        """The fields by name, without the uuid."""
        return {name: getattr(self, name) for name in FIELDS}

    def changed(self, given: Mapping[str, Any]) -> "Rule":
        """The rule with the given fields; unknown ones are dropped, as the model does."""
        return replace(self, **{name: str(value) for name, value in given.items() if name in FIELDS})


FIELDS = tuple(name for name in Rule.__dataclass_fields__ if name != "uuid")


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Floating ones first, then by their numbers."""
    return sorted(rules, key=lambda rule: (bool(rule.interface), int(rule.sequence or 0)))


def problems(rule: Rule, *, names: Collection[str], version: tuple[int, ...]) -> dict[str, str]:
    """What the model refuses, by field."""
    found = {}
    for side in ("source", "destination"):
        value = getattr(rule, f"{side}_net")
        if value != "any" and value not in names and parsed(value) is None:
            found[f"rule.{side}_net"] = f"{value} is not a valid {side} IP address or alias."
    families = ("inet", "inet6", *(("inet46",) if version >= (25, 1) else ()))
    choices = {"action": _ACTIONS, "direction": _DIRECTIONS, "ipprotocol": families}
    for name, allowed in choices.items():
        value = getattr(rule, name)
        if value not in allowed:
            told = f"Option [{value}] not in list." if version >= (26, 1) else "Option not in list."
            found[f"rule.{name}"] = told
    return found
