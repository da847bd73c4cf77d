"""The control endpoint of a simulated indexer: what tests and the demo change while it runs."""

import hmac
from typing import Any

from lamis.simulators.exchange import Ask, Reply
from lamis.simulators.faults import Fault, FaultKind
from lamis.simulators.indexer import Indexer
from lamis.simulators.refusals import Refusal, unauthorized
from lamis.simulators.users import User

_NOT_MADE = "no such control"


class Control:
    """Answers `/_simulator/…` for the holder of the token (`Authorization: Bearer`)."""

    def __init__(self, indexer: Indexer, *, token: str) -> None:
        self._indexer = indexer
        self._token = token

    def answer(self, ask: Ask) -> Reply:
        """Answer one control request; without the right token it is the ordinary 401."""
        if not self._token or not hmac.compare_digest(ask.authorization, f"Bearer {self._token}"):
            return Reply.refusing(unauthorized())
        try:
            return Reply.of(self._do(ask))
        except Refusal as refusal:
            return Reply.refusing(refusal)
        except (KeyError, TypeError, ValueError) as error:
            return Reply.refusing(Refusal(400, "control_exception", repr(error)))

    def _do(self, ask: Ask) -> dict[str, Any]:
        match ask.method, ask.parts[1:]:
            case "GET", ["state"]:
                return self._state()
            case "POST", ["faults"]:
                body = ask.json()
                self._indexer.faults.add(Fault(**{**body, "kind": FaultKind(body["kind"])}))
            case "DELETE", ["faults"]:
                self._indexer.faults.clear()
            case "POST", ["documents"]:
                return {"ids": [self._add(one) for one in ask.json()["documents"]]}
            case "POST", ["resend"]:
                return {"ids": self._resend(int(ask.json().get("count", 1)))}
            case "DELETE", ["indexes", name]:
                self._indexer.documents.delete_index(name)
            case "PUT", ["cluster"]:
                self._change(ask.json())
            case _:
                raise Refusal(404, "control_exception", _NOT_MADE)
        return self._state()

    def _add(self, one: dict[str, Any]) -> str:
        source = one["raw"].encode() if "raw" in one else one["source"]
        return self._indexer.add(source, index=one.get("index"), doc_id=one.get("_id")).doc_id

    def _resend(self, count: int) -> list[str]:
        newest = sorted(self._indexer.documents.all(), key=lambda document: document.arrival)[-count:]
        return [self._indexer.resend(document).doc_id for document in newest]

    def _change(self, body: dict[str, Any]) -> None:
        self._indexer.cluster_uuid = body.get("cluster_uuid", self._indexer.cluster_uuid)
        self._indexer.clock_offset_ms = int(body.get("clock_offset_ms", self._indexer.clock_offset_ms))
        for name, password in body.get("passwords", {}).items():
            self._indexer.users.put(User(name, password, self._indexer.users.get(name).reads))

    def _state(self) -> dict[str, Any]:
        indexes = self._indexer.documents.indexes
        return {
            "name": self._indexer.name,
            "cluster_uuid": self._indexer.cluster_uuid,
            "documents": {name: len(indexes[name].by_id) for name in sorted(indexes)},
            "faults": [fault.kind for fault in self._indexer.faults.standing()],
            "requests": len(self._indexer.requests),
        }
