"""The rules that make the alias mean something: which ones drop, and making those that are missing."""

from dataclasses import dataclass
from typing import Any

from lamis.base.errors import Refused
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.aliases import expect_saved
from lamis.connectors.opnsense.answers import RuleRow, RuleRows
from lamis.connectors.opnsense.client import NodeClient

FAMILIES = frozenset({"inet", "inet6"})
# Words since 25.7, labels before; both in lower case.
_BOTH = frozenset({"inet46", "ipv4+ipv6", ""})
_ONE = {"inet": "inet", "ipv4": "inet", "inet6": "inet6", "ipv6": "inet6"}
_DROPS = frozenset({"block", "reject"})
_ANY = frozenset({"", "any", "*"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the rules do with the alias: the families dropped on the way in and on the way out, by which rule,
    and the first rule that lets something pass before. `interface` is the only one it holds on, if so.
    """

    into: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()
    by: str = ""
    passed_before: str = ""
    interface: str = ""

    @property
    def drops(self) -> bool:
        """Whether what comes from the alias is dropped at all."""
        return bool(self.into)


def coverage_of(rows: list[RuleRow], alias: str) -> Coverage:
    """What enabled, quick rules do with the alias, in the order the box lists them.

    One that drops only some of it (a protocol, a port, what goes to one network) is none that drops.
    """
    into: set[str] = set()
    out: set[str] = set()
    by = passed_before = passed = interface = ""
    for row in rows:
        if not _is_on(row.enabled) or not _is_on(row.quick):
            continue
        action, direction = _word(row.action), _word(row.direction)
        if action == "pass":
            passed = passed or _name_of(row)
        elif action in _DROPS and _drops_all(row):
            if direction != "out" and _is_from(row, alias):
                interface = _word(row.interface) if not by or not _word(row.interface) else interface
                by, passed_before = by or _name_of(row), passed_before or passed
                into |= _families(row)
            if direction != "in" and _is_to(row, alias):
                out |= _families(row)
    return Coverage(frozenset(into), frozenset(out), by, passed_before, interface)


def coverage(client: NodeClient, alias: str) -> Coverage:
    """What the box's rules do with the alias, those of the old page too where the version lists them."""
    asked = {"current": 1, "rowCount": -1, "searchPhrase": "", "show_all": "1"}
    return coverage_of(client.post("firewall/filter/search_rule", asked, RuleRows).rows, alias)


def make_rules(client: NodeClient, alias: str) -> list[str]:
    """Make and load what is missing; what was made, in sentences. Raises Refused."""
    there = coverage(client, alias)
    made = []
    for side, missing in (("source", FAMILIES - there.into), ("destination", FAMILIES - there.out)):
        if missing:
            made += _make(client, alias, side=side, families=missing)
    if made:
        apply(client)
    return made


def apply(client: NodeClient) -> None:
    """Load the rules. Raises Refused where the box says that it did not."""
    told = client.reload("firewall/filter/apply")
    status = str(told.get("status", "")).strip() if isinstance(told, dict) else ""
    if status.upper() != "OK":
        raise Refused(
            f"{client.where} did not load its rules ({status or 'no answer'}); look at its log (Firewall: "
            "Log Files: General).",
            code=TestCode.UNEXPECTED_ANSWER,
        )


def _make(client: NodeClient, alias: str, *, side: str, families: frozenset[str]) -> list[str]:
    """One rule for both families (25.1 and newer), else one for each."""
    if families == FAMILIES:
        told = _add(client, alias, side=side, family="inet46")
        validations = told.get("validations")
        if not isinstance(validations, dict) or "rule.ipprotocol" not in validations:
            expect_saved(told, where=client.where)
            return [_sentence(client, alias, side, "IPv4 and IPv6")]
    made = []
    for family in sorted(families):
        expect_saved(_add(client, alias, side=side, family=family), where=client.where)
        made.append(_sentence(client, alias, side, "IPv6" if family == "inet6" else "IPv4"))
    return made


def _add(client: NodeClient, alias: str, *, side: str, family: str) -> dict[str, Any]:
    """Every field is sent: left out, a rule passes everything, and comes last."""
    is_source = side == "source"
    rule = {
        "enabled": "1",
        "sequence": "1",
        "action": "block",
        "quick": "1",
        "interface": "",
        "direction": "in" if is_source else "out",
        "ipprotocol": family,
        "protocol": "any",
        "source_net": alias if is_source else "any",
        "destination_net": "any" if is_source else alias,
        "log": "1",
        "description": f"LAMIS: {'from' if is_source else 'to'} addresses in {alias}"
        + ("" if family == "inet46" else f" ({family})"),
    }
    return client.post("firewall/filter/add_rule", {"rule": rule}, dict[str, Any])


def _sentence(client: NodeClient, alias: str, side: str, families: str) -> str:
    way = "from" if side == "source" else "to"
    return f"A rule was made on {client.where} that drops {families} {way} the addresses in {alias}."


def _word(value: Any) -> str:
    return "" if value is None else str(value).strip().lower()


def _is_on(value: Any) -> bool:
    return _word(value) in ("1", "true", "yes")


def _drops_all(row: RuleRow) -> bool:
    """Whether the rule takes every protocol and port; one for ssh only lets the rest pass."""
    return all(_word(part) in _ANY for part in (row.protocol, row.source_port, row.destination_port))


def _is_from(row: RuleRow, alias: str) -> bool:
    return _is_side(row.source_net, row.source_not, alias) and _is_any(
        row.destination_net, row.destination_not
    )


def _is_to(row: RuleRow, alias: str) -> bool:
    return _is_side(row.destination_net, row.destination_not, alias) and _is_any(
        row.source_net, row.source_not
    )


def _is_any(net: Any, inverted: Any) -> bool:
    return _word(net) in _ANY and not _is_on(inverted)


def _is_side(net: Any, inverted: Any, alias: str) -> bool:
    return alias in [name.strip() for name in str(net).split(",")] and not _is_on(inverted)


def _families(row: RuleRow) -> frozenset[str]:
    word = _word(row.ipprotocol)
    return FAMILIES if word in _BOTH else frozenset({_ONE[word]} if word in _ONE else ())


def _name_of(row: RuleRow) -> str:
    return str(row.description or row.uuid or "a rule without a name")
