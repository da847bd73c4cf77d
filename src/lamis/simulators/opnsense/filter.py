"""`/api/firewall/filter/…`: the rules of "Rules [new]", which count once they are applied."""

import uuid
from typing import Any

from lamis.simulators.opnsense import grids, rules
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import Call
from lamis.simulators.opnsense.rules import Rule

_FAILED = {"result": "failed"}
_SAVED = {"result": "saved"}


def search(box: Box, call: Call) -> Any:
    """The rules as rows, in their order."""
    found = rules.in_order(box.rules.values())
    return grids.page([{"uuid": rule.uuid} | rule.values() for rule in found], call)


def item(box: Box, call: Call) -> Any:
    """One rule."""
    found = box.rules.get(call.params[0]) if call.params else None
    return {} if call.params and found is None else {"rule": (found or Rule("")).values()}


def add(box: Box, call: Call) -> Any:
    """A new rule, last in the order unless it says otherwise."""
    given = call.object("rule") if call.is_post else None
    if given is None:
        return _FAILED
    last = max((int(rule.sequence or 0) for rule in box.rules.values()), default=0) + 100
    rule = Rule(str(uuid.uuid4()), sequence=str(last)).changed(given)
    told = _put(box, rule)
    return told | {"uuid": rule.uuid} if told == _SAVED else told


def change(box: Box, call: Call) -> Any:
    """Change a rule."""
    given = call.object("rule") if call.is_post else None
    old = box.rules.get(call.params[0])
    if given is None or old is None:
        return _FAILED
    return _put(box, old.changed(given))


def delete(box: Box, call: Call) -> Any:
    """Delete a rule."""
    if not call.is_post:
        return _FAILED
    if box.rules.pop(call.params[0], None) is None:
        return {"result": "not found"}
    box.saved()
    return {"result": "deleted"}


def toggle(box: Box, call: Call) -> Any:
    """Switch a rule on or off."""
    old = box.rules.get(call.params[0]) if call.is_post else None
    if old is None:
        return _FAILED
    other = "0" if old.enabled == "1" else "1"
    wanted = call.params[1] if len(call.params) > 1 else other
    box.rules[old.uuid] = old.changed({"enabled": wanted})
    box.saved()
    return {"result": "Enabled" if wanted == "1" else "Disabled", "changed": wanted != old.enabled}


def apply(box: Box, call: Call) -> Any:
    """Load the rules; where the packet filter complains the old ones stay, and the answer is OK as well."""
    if not call.is_post:
        return {"status": "error"}
    if box.configd_up and not box.rule_error:
        box.load_rules()
    return {"status": "OK\n\n"}


def savepoint(box: Box, call: Call) -> Any:
    """Mark the present configuration (before 26.7 only)."""
    if not call.is_post:
        return {"status": "error"}
    return {"status": "ok", "retention": "100", "revision": f"{box.now_ms / 1000:.4f}"}


def roll_back(box: Box, call: Call) -> Any:
    """Cancel the timer of a savepoint, or go back to it (before 26.7 only)."""
    return {"status": ""} if call.is_post else {"status": "error"}


def _put(box: Box, rule: Rule) -> dict[str, Any]:
    names = {alias.name for alias in box.aliases.values()}
    if problems := rules.problems(rule, names=names, version=box.version):
        return {"result": "failed", "validations": problems}
    box.rules[rule.uuid] = rule
    box.saved()
    return _SAVED
