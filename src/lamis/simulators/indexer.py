"""A simulated Wazuh indexer: one deployment's documents, users, faults and clock, in memory."""

from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import orjson

from lamis.base.clock import to_ms, utc_now
from lamis.simulators.contexts import Contexts
from lamis.simulators.documents import Document, Documents, backing_index, day_index, time_of
from lamis.simulators.exchange import Ask
from lamis.simulators.faults import Fault, Faults
from lamis.simulators.query import values_at
from lamis.simulators.users import User, Users


class Release(StrEnum):
    """Which Wazuh the deployment is."""

    V4 = "4.14"
    V5 = "5.0"


class Indexer:
    """One deployment. `clock_offset_ms` makes its clock wrong; `requests` remembers the newest requests."""

    def __init__(
        self, *, name: str, release: Release, users: Sequence[User], cluster_uuid: str, seed: int = 0
    ) -> None:
        self.name = name
        self.release = release
        self.users = Users(users)
        self.cluster_uuid = cluster_uuid
        self.clock_offset_ms = 0
        self.documents = Documents(seed=seed)
        self.contexts = Contexts(self.documents)
        self.faults: Faults[Fault] = Faults()
        self.requests: deque[Ask] = deque(maxlen=10_000)

    def now_ms(self) -> int:
        """The deployment's own time."""
        return to_ms(utc_now()) + self.clock_offset_ms

    def add(
        self, source: bytes | dict[str, Any], *, index: str | None = None, doc_id: str | None = None
    ) -> Document:
        """Index one document where Wazuh would put it, or in `index`.

        Raises ValueError when it cannot be mapped.
        """
        raw = source if isinstance(source, bytes) else orjson.dumps(source)
        if index is not None:
            return self.documents.add(raw, index=index, doc_id=doc_id)
        return self.put(raw, time_ms=time_of(raw), doc_id=doc_id)

    def put(self, raw: bytes, *, time_ms: int | None, doc_id: str | None = None) -> Document:
        """As `add`, for a caller that knows the time: an alert is then not parsed."""
        if self.release is Release.V4:
            home = day_index(self.now_ms() if time_ms is None else time_ms)
            return self.documents.put(raw, index=home, time_ms=time_ms, doc_id=doc_id)
        category = next(iter(values_at(orjson.loads(raw), "wazuh.integration.category")), "security")
        stream = f"wazuh-findings-v5-{category}"
        home = backing_index(stream)
        return self.documents.put(raw, index=home, time_ms=time_ms, doc_id=doc_id, stream=stream)

    def resend(self, document: Document) -> Document:
        """Index the same bytes once more under a new `_id`, as Filebeat does after an outage."""
        stream = self.documents.indexes[document.index].stream
        return self.documents.put(document.raw, index=document.index, time_ms=document.time_ms, stream=stream)
