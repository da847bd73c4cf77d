"""The documents of a simulated indexer: indexes by name, each sorted by time, bytes kept as they came."""

import random
import string
import zlib
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import RLock
from typing import Any

import orjson

from lamis.base.clock import from_ms
from lamis.simulators.dates import parse_ms
from lamis.simulators.refusals import closed_index, no_such_index

SHARDS = 3
_LETTERS = string.ascii_letters + string.digits + "-_"


@dataclass(slots=True, eq=False)
class Document:
    """One stored document. `time_ms` is its `@timestamp`, if any; `arrival` numbers all documents."""

    index: str
    doc_id: str
    raw: bytes
    time_ms: int | None
    shard: int
    seq_no: int
    arrival: int

    def source(self) -> dict[str, Any]:
        """The parsed document; parsed anew each time, to keep memory at the size of the bytes."""
        parsed: dict[str, Any] = orjson.loads(self.raw)
        return parsed


def _when(document: Document) -> int:
    return document.time_ms or 0


class Index:
    """One index, or the backing index of a data stream (`stream` is then the name people use)."""

    def __init__(self, name: str, *, stream: str | None = None) -> None:
        self.name = name
        self.stream = stream
        self.dated: list[Document] = []  # by time, then arrival
        self.undated: list[Document] = []
        self.by_id: dict[str, Document] = {}
        self.next_seq_no = [0] * SHARDS
        self.last_arrival = 0
        self.is_closed = False

    def add(self, document: Document) -> None:
        """Keep a document; one later than all others is appended, a late one put in its place."""
        if document.doc_id in self.by_id:
            raise ValueError(f"[{document.doc_id}]: version conflict, document already exists")
        self.by_id[document.doc_id] = document
        self.last_arrival = document.arrival
        if document.time_ms is None:
            self.undated.append(document)
        elif not self.dated or _when(self.dated[-1]) <= document.time_ms:
            self.dated.append(document)
        else:
            insort(self.dated, document, key=_when)

    def slice(self, lower: int | None, upper: int | None) -> tuple[int, int]:
        """The positions in `dated` with lower <= time < upper."""
        start = 0 if lower is None else bisect_left(self.dated, lower, key=_when)
        end = len(self.dated) if upper is None else bisect_left(self.dated, upper, key=_when)
        return start, max(start, end)


class Documents:
    """All indexes of one deployment. Guard every use with `lock` when threads share it."""

    def __init__(self, *, seed: int = 0) -> None:
        self.lock = RLock()
        self.indexes: dict[str, Index] = {}
        self.arrivals = 0
        self._ids = random.Random(seed ^ 0x5EED)  # noqa: S311 -- not a secret

    def add(
        self, raw: bytes, *, index: str, doc_id: str | None = None, stream: str | None = None
    ) -> Document:
        """Index one document. Raises ValueError for what the engine would refuse to map."""
        return self.put(raw, index=index, time_ms=time_of(raw), doc_id=doc_id, stream=stream)

    def put(
        self,
        raw: bytes,
        *,
        index: str,
        time_ms: int | None,
        doc_id: str | None = None,
        stream: str | None = None,
    ) -> Document:
        """As `add`, for a caller that knows the time: the document is not parsed."""
        doc_id = doc_id or self.new_doc_id()
        shard = zlib.crc32(doc_id.encode()) % SHARDS
        with self.lock:
            home = self.indexes.setdefault(index, Index(index, stream=stream))
            self.arrivals += 1
            document = Document(index, doc_id, raw, time_ms, shard, home.next_seq_no[shard], self.arrivals)
            home.add(document)
            home.next_seq_no[shard] += 1
        return document

    def new_doc_id(self) -> str:
        """Twenty characters in no order, as the engine makes them."""
        return "".join(self._ids.choices(_LETTERS, k=20))

    def delete_index(self, name: str) -> None:
        """Forget an index. Raises the engine's 404 when there is none."""
        with self.lock:
            if self.indexes.pop(name, None) is None:
                raise no_such_index(name)

    def close_index(self, name: str) -> None:
        """Close an index: its documents stay, and nobody finds them. Raises the engine's 404."""
        with self.lock:
            if name not in self.indexes:
                raise no_such_index(name)
            self.indexes[name].is_closed = True

    def matching(self, pattern: str, *, ignore_unavailable: bool = False) -> list[Index]:
        """The indexes of `a*,-b*,exact` by name, without closed ones.

        Raises the engine's 404 for a missing exact name, its 400 for that of a closed one.
        """
        chosen: dict[str, Index] = {}
        seen_wildcard = False
        for part in (pattern or "_all").split(","):
            if part.startswith("-") and seen_wildcard:
                for index in self._fitting(part[1:]):
                    chosen.pop(index.name, None)
                continue
            found = list(self._fitting("*" if part == "_all" else part))
            is_wildcard = "*" in part or part == "_all"
            seen_wildcard = seen_wildcard or is_wildcard
            if not found and not is_wildcard and not ignore_unavailable:
                raise no_such_index(part)
            closed = [index for index in found if index.is_closed]
            if closed and not is_wildcard and not ignore_unavailable:
                raise closed_index(part)
            found = [index for index in found if not index.is_closed]
            chosen |= {index.name: index for index in found}
        return [chosen[name] for name in sorted(chosen)]

    def _fitting(self, part: str) -> Iterator[Index]:
        for index in self.indexes.values():
            is_hidden = index.name.startswith(".") and not part.startswith(".")
            names = [index.stream or index.name] if is_hidden else [index.stream or index.name, index.name]
            if any(fnmatchcase(name, part) for name in names):
                yield index

    def all(self) -> Iterable[Document]:
        """Every document, index by index."""
        for name in sorted(self.indexes):
            yield from self.indexes[name].by_id.values()

    def __len__(self) -> int:
        return sum(len(index.by_id) for index in self.indexes.values())


def day_index(time_ms: int, *, prefix: str = "wazuh-alerts-4.x-") -> str:
    """The daily index of an alert: the UTC day of its own time."""
    return f"{prefix}{from_ms(time_ms):%Y.%m.%d}"


def backing_index(stream: str) -> str:
    """The first backing index of a data stream."""
    return f".ds-{stream}-000001"


def time_of(raw: bytes) -> int | None:
    """The `@timestamp` of a document; None without one. Raises ValueError when it is no date."""
    value = orjson.loads(raw).get("@timestamp")
    return None if value is None else parse_ms(value)
