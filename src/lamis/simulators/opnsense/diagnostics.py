"""`/api/diagnostics/…`: kept connections, and what the box says of itself."""

import re
from typing import Any

from lamis.simulators.opnsense import states
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import Call

_SEARCHED = re.compile(r"[^0-9A-Za-z ,*_.:/#-]")


def kill(box: Box, call: Call) -> Any:
    """Drop all states that what is left of the filter matches."""
    phrase = states.sanitised(call.text("filter"), version=box.version) if call.is_post else ""
    if not phrase or not box.configd_up:
        return {"result": "failed"}
    dropped = states.matching(box.states, phrase)
    box.states = [state for state in box.states if state not in dropped]
    return {"result": "ok", "dropped_states": len(dropped)}


def query(box: Box, call: Call) -> Any:
    """The states that a phrase matches, page by page."""
    if not call.is_post or not box.configd_up:
        return {"rows": [], "rowCount": 0, "total": 0, "current": 0}
    phrase = _SEARCHED.sub("", call.text("searchPhrase"))
    found = states.matching(box.states, phrase) if phrase else box.states
    count, current = call.number("rowCount", 9_999), max(1, call.number("current", 1))
    shown = [state.row() for state in found[(current - 1) * count : current * count]]
    return {"rows": shown, "rowCount": len(shown), "total": len(found), "current": current}


def delete(box: Box, call: Call) -> Any:
    """Drop one state by its two ids."""
    if not call.is_post:
        return {"result": ""}
    wanted = "/".join(re.sub(r"[^0-9a-fA-F]", "", part) for part in call.params[:2])
    left = [state for state in box.states if state.id != wanted]
    dropped = len(box.states) - len(left)
    box.states = left
    return {"result": f"killed {dropped} states\n"}


def information(box: Box, call: Call) -> Any:
    """Name and versions."""
    return {
        "name": "firewall.example",
        "versions": [f"OPNsense {box.version_text}-amd64", "FreeBSD 14.3-RELEASE", "OpenSSL 3.0.17"],
        "updates": "Click to check for updates.",
    }
