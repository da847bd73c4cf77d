"""`/api/firewall/alias_util/…`: single entries, where "done" proves nothing."""

import re
from typing import Any

from lamis.simulators.opnsense import aliases, grids
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import Call, Unexpected, UserError
from lamis.simulators.opnsense.pf import parsed

_FOREIGN = re.compile(r"[^0-9a-f:./_]")
_INTERNAL = ("__wan_network", "bogons", "bogonsv6", "sshlockout", "virusprot")
_FAILED = {"status": "failed"}
_DONE = {"status": "done"}


def names(box: Box, call: Call) -> Any:
    """Every table, the internal ones too; nothing at all while the backend is down."""
    if not box.configd_up:
        return None
    return sorted({*_INTERNAL, *box.pf.tables}, key=str.lower)


def listed(box: Box, call: Call) -> Any:
    """The rows of a table; a missing one is empty."""
    alias = box.alias(call.params[0])
    entries = box.pf.tables.get(call.params[0], {}) if box.configd_up else {}
    counters = {"in_block_p": 0, "in_block_b": 0} if alias is not None and alias.counters else {}
    if box.version >= (25, 7):
        return grids.page([{"ip": entry} for entry in entries], call)
    return grids.old_page([{"ip": entry, **counters} for entry in entries], call)


def add(box: Box, call: Call) -> Any:
    """Add one address. Raises UserError and Unexpected as the box does."""
    _refuse_readonly(box, call)
    if not call.is_post or not call.text("address"):
        return _FAILED
    address = call.text("address")
    if _FOREIGN.search(address):
        return {"status": "not_an_address"}
    alias = box.alias(call.params[0])
    if alias is None:
        return {"status": "failed", "status_msg": f"nonexistent alias {call.params[0]}"}
    if alias.type in aliases.KEPT_IN_CONFIG:
        address = _add_to_config(box, alias, address)
    if box.configd_up:
        box.pf.add(alias.name, address, now_ms=box.now_ms)
    return _DONE


def delete(box: Box, call: Call) -> Any:
    """Delete one address, or nothing; the answer is the same."""
    _refuse_readonly(box, call)
    if not call.is_post or not call.text("address"):
        return _FAILED
    address = call.text("address")
    alias = box.alias(call.params[0])
    if alias is not None and alias.type in aliases.KEPT_IN_CONFIG:
        found = [text for text in (_masked(address), address) if text in alias.content]
        for text in dict.fromkeys(found):
            alias.content.remove(text)  # one copy, however many there are
        if found:
            box.saved()
    if box.configd_up:
        box.pf.delete(call.params[0], address)
    return _DONE


def flush(box: Box, call: Call) -> Any:
    """Empty the pf table and leave the configuration."""
    if not call.is_post:
        return _FAILED
    _refuse_readonly(box, call)
    if box.configd_up:
        box.pf.flush(call.params[0])
    return _DONE


def references(box: Box, call: Call) -> Any:
    """The tables that hold an address."""
    address = call.text("ip") if call.is_post else ""
    if not address:
        return {"status": "IP parameter not specified!"}
    if _FOREIGN.search(address):
        return {"status": "Not an IP address!"}
    if "/" in address or parsed(address) is None:
        return {"status": "Invalid IP specified!"}
    return {"status": "ok", "matches": box.pf.covering(address) if box.configd_up else []}


def _add_to_config(box: Box, alias: aliases.Alias, address: str) -> str:
    """Write the address into the configuration; gives the text that goes to pf."""
    if alias.type == "network" and "/" not in address:
        address = _masked(address)
    if address not in alias.content[1:]:  # the test for copies does not see the first entry
        content = [*alias.content, address]
        known = {one.name for one in box.aliases.values()}
        if aliases.content_problem(alias.type, content, names=known):
            raise Unexpected
        alias.content = content
        box.saved()
    return address


def _masked(address: str) -> str:
    """With a full mask; an IPv6 text that starts with a colon is taken for IPv4, as on the box."""
    if "/" in address:
        return address
    return f"{address}/{'128' if address.find(':') > 0 else '32'}"


def _refuse_readonly(box: Box, call: Call) -> None:
    if call.is_readonly and box.version >= (26, 7, 1):
        told = "User denied for write access (user-config-readonly set)"
        raise UserError(told, title="General access")
