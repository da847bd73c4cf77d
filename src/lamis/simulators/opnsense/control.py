"""The control endpoint of a simulated OPNsense: what tests and the demo change while it runs."""

import hmac
from typing import Any

import orjson

from lamis.simulators.exchange import Reply
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import Ask, json_status
from lamis.simulators.opnsense.faults import Fault, FaultKind


class Control:
    """Answers `/_simulator/…` for the holder of the token (`Authorization: Bearer`).

    `GET state`; `POST` and `DELETE faults`; `POST tick {seconds}`, `reboot`, `lose-table {table}`,
    `entries {table, entries}` (as somebody else would), `connections {addresses}`,
    `box {version, configd_up, rule_error, limit}`. All answer with the state.
    """

    def __init__(self, box: Box, *, token: str) -> None:
        self._box = box
        self._token = token

    def answer(self, ask: Ask) -> Reply:
        """Answer one control request; without the right token it is a 401."""
        if not self._token or not hmac.compare_digest(ask.authorization or "", f"Bearer {self._token}"):
            return json_status(401, "Authentication Failed")
        try:
            with self._box.lock:
                is_known = self._do(ask)
        except (KeyError, TypeError, ValueError) as error:
            return json_status(400, repr(error))
        return Reply.of(self._state()) if is_known else json_status(404, "no such control")

    def _do(self, ask: Ask) -> bool:
        """Do what is asked; False for what is not known."""
        given: dict[str, Any] = orjson.loads(ask.body) if ask.body else {}
        match ask.method, ask.path.removeprefix("/_simulator/"):
            case "GET", "state":
                pass
            case "POST", "faults":
                self._box.faults.add(Fault(**{**given, "kind": FaultKind(given["kind"])}))
            case "DELETE", "faults":
                self._box.faults.clear()
            case "POST", "tick":
                self._box.tick(int(given["seconds"]))
            case "POST", "reboot":
                self._box.reboot()
            case "POST", "lose-table":
                self._box.lose_table(given["table"])
            case "POST", "entries":
                self._box.put(given["table"], *given["entries"])
            case "POST", "connections":
                for address in given["addresses"]:
                    self._box.connect(address)
            case "POST", "box":
                self._change(given)
            case _:
                return False
        return True

    def _change(self, given: dict[str, Any]) -> None:
        self._box.version_text = str(given.get("version", self._box.version_text))
        self._box.configd_up = bool(given.get("configd_up", self._box.configd_up))
        self._box.rule_error = str(given.get("rule_error", self._box.rule_error))
        self._box.pf.limit = int(given.get("limit", self._box.pf.limit))

    def _state(self) -> dict[str, Any]:
        box = self._box
        return {
            "version": box.version_text,
            "configd_up": box.configd_up,
            "tables": {name: list(entries) for name, entries in sorted(box.pf.tables.items())},
            "states": [state.src for state in box.states],
            "aliases": {alias.name: alias.type for alias in box.aliases.values()},
            "rules": [rule.values() for rule in box.loaded_rules],
            "revision": box.revision,
            "faults": [fault.kind for fault in box.faults.standing()],
            "requests": len(box.requests),
        }
