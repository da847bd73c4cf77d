"""Real OpenSearch for the tests: a small hand on a running node, and nothing that a collector would use."""

import json
import ssl
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.engines.certificates import Authority
from tests.engines.node import Node
from tests.engines.parts import Parts
from tests.engines.waiting import wait_until

_START_S = 120
_BULK_BYTES = 4_000_000
ADMIN = ("admin", "admin")


@dataclass(frozen=True, slots=True)
class Held:
    """A document that the engine took: `raw` is its `_source` byte for byte."""

    index: str
    doc_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class RefusedByEngine:
    """A document that the engine did not take, and why."""

    doc_id: str | None
    status: int
    type: str
    reason: str


@dataclass(slots=True)
class Loaded:
    """What became of a bulk. For a data stream `Held.index` is the backing index."""

    held: list[Held] = field(default_factory=list)
    refused: list[RefusedByEngine] = field(default_factory=list)


class Engine:
    """One running OpenSearch. `url`, `admin` and `ca_pem` are what a connection needs."""

    def __init__(self, parts: Parts, home: Path) -> None:
        authority = Authority()
        self._node = Node(parts, home, authority)
        self.version = parts.version
        self.ca_pem = authority.ca_pem
        self.admin = ADMIN
        self.url = f"https://127.0.0.1:{self._node.http_port}"
        trust = ssl.create_default_context(cadata=self.ca_pem)
        self._client = httpx.Client(base_url=self.url, auth=ADMIN, verify=trust, timeout=60)

    def start(self) -> None:
        """Start the node and wait until an authenticated request is answered."""
        self._node.start()
        wait_until(self._answers, timeout_s=_START_S, what=f"OpenSearch {self.version} answering")

    def stop(self) -> None:
        """End the node; its data stays until the test run ends."""
        self._node.stop()

    def restart(self) -> None:
        """Stop and start on the same ports with the same data; returns when it answers again."""
        self.stop()
        self.start()
        self.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=60s")

    def close(self) -> None:
        self._client.close()
        self.stop()

    def _answers(self) -> bool:
        if not self._node.is_running:
            raise RuntimeError(f"OpenSearch {self.version} ended at its start:\n{self._node.last_words()}")
        try:
            return self._client.get("/_cluster/health").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def request(self, method: str, path: str, body: object = None) -> Any:
        """The JSON answer to the admin's request. Raises AssertionError for anything but success."""
        answer = self._client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def client(self, username: str, password: str) -> httpx.Client:
        """A bare HTTP client signed in as somebody else; the caller closes it."""
        trust = ssl.create_default_context(cadata=self.ca_pem)
        return httpx.Client(base_url=self.url, auth=(username, password), verify=trust, timeout=60)

    def bulk_raw(
        self, index: str, documents: Iterable[tuple[str | None, bytes]], *, op: str = "index"
    ) -> Loaded:
        """Send documents as they are, byte for byte; a data stream needs `op="create"`. Not refreshed.

        An id of None lets the engine choose. A document is one line.
        """
        loaded = Loaded()
        for part in _in_parts(documents):
            lines = []
            for doc_id, raw in part:
                target: dict[str, str] = {"_index": index} | ({"_id": doc_id} if doc_id else {})
                lines += [json.dumps({op: target}).encode(), raw]
            self._send_bulk(b"\n".join(lines) + b"\n", part, loaded)
        return loaded

    def _send_bulk(self, body: bytes, part: Sequence[tuple[str | None, bytes]], loaded: Loaded) -> None:
        kind = {"Content-Type": "application/x-ndjson"}
        answer = self._client.post("/_bulk", content=body, headers=kind)
        assert answer.is_success, f"bulk: {answer.status_code} {answer.text[:500]}"
        for (doc_id, raw), result in zip(part, answer.json()["items"], strict=True):
            (told,) = result.values()
            if error := told.get("error"):
                reason = str(error.get("reason"))
                loaded.refused.append(RefusedByEngine(doc_id, told["status"], error["type"], reason))
            else:
                loaded.held.append(Held(told["_index"], told["_id"], raw))

    def create_reader(self, name: str, password: str, patterns: Sequence[str]) -> None:
        """A user who may read `patterns` and nothing else, as Wazuh's manual advises."""
        security = "/_plugins/_security/api"
        role = {
            "cluster_permissions": ["cluster_composite_ops_ro"],
            "index_permissions": [{"index_patterns": list(patterns), "allowed_actions": ["read"]}],
        }
        self.request("PUT", f"{security}/roles/{name}", role)
        self.request("PUT", f"{security}/internalusers/{name}", {"password": password})
        self.request("PUT", f"{security}/rolesmapping/{name}", {"users": [name]})

    def put_template(self, template: dict[str, Any]) -> None:
        """Install a legacy index template, the form in which Wazuh 4.x ships its own."""
        self.request("PUT", "/_template/wazuh", template)

    def put_data_stream_template(self, pattern: str) -> None:
        """Make names that match `pattern` data streams, as the indexer of Wazuh 5 does."""
        self.request(
            "PUT", "/_index_template/wazuh-streams", {"index_patterns": [pattern], "data_stream": {}}
        )

    def refresh(self, pattern: str = "wazuh-*") -> None:
        """Make everything written so far searchable."""
        self.request("POST", f"/{pattern}/_refresh")

    def count(self, pattern: str) -> int:
        return int(self.request("GET", f"/{pattern}/_count")["count"])

    def delete_index(self, index: str) -> None:
        self.request("DELETE", f"/{index}")

    def wipe(self) -> None:
        """Remove every Wazuh index, data stream and template: each test begins with an empty engine."""
        self.request("DELETE", "/_data_stream/wazuh-*")
        self.request("DELETE", "/wazuh-*")
        for kind in ("_template", "_index_template"):
            if self._client.head(f"/{kind}/wazuh*").is_success:
                self.request("DELETE", f"/{kind}/wazuh*")


def _in_parts(documents: Iterable[tuple[str | None, bytes]]) -> Iterator[list[tuple[str | None, bytes]]]:
    part: list[tuple[str | None, bytes]] = []
    size = 0
    for document in documents:
        part.append(document)
        size += len(document[1])
        if size >= _BULK_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
