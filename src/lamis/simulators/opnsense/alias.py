"""`/api/firewall/alias/…`: the aliases of the configuration."""

import re
import uuid
from typing import Any

from lamis.simulators.opnsense import aliases, grids, tables
from lamis.simulators.opnsense.aliases import TYPES, Alias
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import Call, Unexpected, UserError

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FAILED = {"result": "failed"}
_SAVED = {"result": "saved"}


def uuid_of(box: Box, call: Call) -> Any:
    """The uuid of a name; an unknown one is an empty array, not an object."""
    found = box.alias(call.params[0])
    return [] if found is None else {"uuid": found.uuid}


def search(box: Box, call: Call) -> Any:
    """The aliases as rows; the type is a label before 25.7."""
    wanted = call.fields.get("type")
    found = [
        _row(box, alias)
        for alias in box.aliases.values()
        if not isinstance(wanted, list) or not wanted or alias.type in wanted
    ]
    return grids.page(found, call)


def item(box: Box, call: Call) -> Any:
    """One alias as the form wants it: all other names are among its content, not selected."""
    found = box.aliases.get(call.params[0]) if call.params else None
    if call.params and found is None and box.version < (26, 1, 11):
        raise Unexpected
    names = {alias.name: (0, alias.description) for alias in box.aliases.values() if alias is not found}
    if found is None:
        return {"alias": {"content": _options(names)}}
    selected = dict.fromkeys(found.content, (1, ""))
    kinds = {kind: (int(kind == found.type), label) for kind, label in TYPES.items()}
    return {
        "alias": {
            "enabled": str(int(found.is_enabled)),
            "name": found.name,
            "type": {kind: {"value": label, "selected": chosen} for kind, (chosen, label) in kinds.items()},
            "description": found.description,
            "counters": str(int(found.counters)),
            "content": _options(names | selected),
        }
    }


def add(box: Box, call: Call) -> Any:
    """A new alias."""
    given = call.object("alias") if call.is_post else None
    if given is None:
        return _FAILED
    alias = Alias(str(uuid.uuid4()), "", "")
    told = _put(box, alias, given)
    return told | {"uuid": alias.uuid} if told == _SAVED else told


def change(box: Box, call: Call) -> Any:
    """Change an alias; an unknown uuid makes a new one. Rules follow a new name."""
    given = call.object("alias") if call.is_post else None
    if given is None or not _UUID.fullmatch(call.params[0]):
        return _FAILED
    old = box.aliases.get(call.params[0])
    return _put(box, old or Alias(call.params[0], "", ""), given)


def delete(box: Box, call: Call) -> Any:
    """Delete aliases that nothing refers to. Raises UserError for one in use."""
    if not call.is_post:
        return _FAILED
    found = [box.aliases[one] for one in call.params[0].split(",") if one in box.aliases]
    if not found:
        return {"result": "not found"}
    for alias in found:
        if references := _references(box, alias):
            told = f"Cannot delete alias {alias.name}. Currently in use by \n{references}"
            raise UserError(told, title="Alias in use")
    for alias in found:
        del box.aliases[alias.uuid]
        box.loaded_content.pop(alias.name, None)
    box.saved()
    return {"result": "deleted"}


def toggle(box: Box, call: Call) -> Any:
    """Switch aliases on or off."""
    if not call.is_post:
        return _FAILED
    found = [box.aliases.get(one) for one in call.params[0].split(",")]
    known = [alias for alias in found if alias is not None]
    if len(known) < len(found):
        if box.version >= (26, 1, 3):
            raise Unexpected
        return _FAILED
    wanted = call.params[1] if len(call.params) > 1 else None
    is_changed = False
    for alias in known:
        is_enabled = not alias.is_enabled if wanted is None else wanted == "1"
        is_changed |= alias.is_enabled != is_enabled
        alias.is_enabled = is_enabled
    if is_changed:
        box.saved()
    return {"result": "Enabled" if known[-1].is_enabled else "Disabled", "changed": is_changed}


def reconfigure(box: Box, call: Call) -> Any:
    """Load everything anew."""
    if not call.is_post:
        return {"status": "failed"}
    if box.configd_up:
        tables.reconfigure(box)
    return {"status": "ok"}


def table_size(box: Box, call: Call) -> Any:
    """How full the packet filter is."""
    details = {name: {"count": len(entries)} for name, entries in box.pf.tables.items()}
    return {"status": "ok", "size": box.pf.limit, "used": box.pf.used, "details": details}


def export(box: Box, call: Call) -> Any:
    """The raw values of all aliases."""
    return {"aliases": {"alias": {alias.uuid: _values(alias) for alias in box.aliases.values()}}}


def take_in(box: Box, call: Call) -> Any:
    """Take in exported aliases, all or none."""
    given = ((call.object("data") or {}).get("aliases") or {}).get("alias") if call.is_post else None
    if not isinstance(given, dict):
        return {"status": "failed"}
    made: list[Alias] = []
    problems: dict[str, str] = {}
    for key, fields in given.items():
        alias = _changed(box.aliases.get(key) or Alias(key, "", ""), fields)
        problems |= {f"{key}.{name}": told for name, told in _problems(box, alias).items()}
        made.append(alias)
    if problems:
        return {"status": "failed", "validations": problems}
    new = sum(alias.uuid not in box.aliases for alias in made)
    box.aliases |= {alias.uuid: alias for alias in made}
    box.saved()
    return {"existing": len(made) - new, "new": new, "status": "ok"}


def _put(box: Box, old: Alias, given: dict[str, Any]) -> dict[str, Any]:
    alias = _changed(old, given)
    if problems := _problems(box, alias):
        validations = {f"alias.{name}": told for name, told in problems.items()}
        return {"result": "failed", "validations": validations}
    if old.name and alias.name != old.name:
        for rule in list(box.rules.values()):
            sides = {side: getattr(rule, side) for side in ("source_net", "destination_net")}
            moved = {side: alias.name for side, name in sides.items() if name == old.name}
            box.rules[rule.uuid] = rule.changed(moved)
    box.aliases[alias.uuid] = alias
    box.saved()
    return _SAVED


def _changed(old: Alias, given: dict[str, Any]) -> Alias:
    if any(isinstance(value, list | dict) for value in given.values()):
        raise Unexpected
    content = old.content
    if "content" in given:
        content = [line for line in str(given["content"]).split("\n") if line]
    expire = str(given.get("expire", "" if old.expire_s is None else old.expire_s))
    return Alias(
        old.uuid,
        name=str(given.get("name", old.name)),
        type=str(given.get("type", old.type)),
        is_enabled=str(given.get("enabled", int(old.is_enabled))) == "1",
        content=list(content),
        description=str(given.get("description", old.description)),
        counters=str(given.get("counters", int(old.counters))) == "1",
        expire_s=int(expire) if expire.isdigit() else None,
    )


def _problems(box: Box, alias: Alias) -> dict[str, str]:
    taken = {one.name for one in box.aliases.values() if one.uuid != alias.uuid}
    found = {
        "name": aliases.name_problem(alias.name, taken=taken),
        "type": aliases.type_problem(alias.type, version=box.version),
        "content": aliases.content_problem(alias.type, alias.content, names=taken),
    }
    return {name: told for name, told in found.items() if told is not None}


def _references(box: Box, alias: Alias) -> str:
    using = [rule for rule in box.rules.values() if alias.name in (rule.source_net, rule.destination_net)]
    return "\n".join(f"[{rule.uuid}] {rule.description}" for rule in using)


def _row(box: Box, alias: Alias) -> dict[str, Any]:
    row = {"uuid": alias.uuid} | _values(alias)
    row |= {"current_items": str(len(box.pf.tables.get(alias.name, {}))), "last_updated": ""}
    if box.version >= (25, 7):
        return row | {"%type": TYPES[alias.type]}
    return row | {"type": TYPES[alias.type]}


def _values(alias: Alias) -> dict[str, str]:
    return {
        "enabled": str(int(alias.is_enabled)),
        "name": alias.name,
        "type": alias.type,
        "counters": str(int(alias.counters)),
        "content": alias.text,
        "description": alias.description,
    }


def _options(found: dict[str, tuple[int, str]]) -> dict[str, Any]:
    return {
        text: {"value": text, "selected": chosen, "description": told}
        for text, (chosen, told) in found.items()
    }
