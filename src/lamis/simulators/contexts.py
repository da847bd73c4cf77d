"""Points in time and scrolls: views that later documents do not enter and that end with their index."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from lamis.simulators.dates import duration_ms
from lamis.simulators.documents import Document, Documents, Index
from lamis.simulators.query import EVERYTHING, Selection
from lamis.simulators.refusals import bad_request, context_missing, no_such_index
from lamis.simulators.searching import Request


@dataclass(slots=True)
class PointInTime:
    """A frozen view of some indexes, up to the arrival number when it was opened."""

    indexes: Sequence[Index]
    arrivals: int
    expires_at: float

    def selection(self) -> Selection:
        """What of the indexes was there then; costs nothing while nothing was added."""
        if all(index.last_arrival <= self.arrivals for index in self.indexes):
            return EVERYTHING
        arrivals = self.arrivals
        return Selection(tests=(lambda document: document.arrival <= arrivals,))


@dataclass(slots=True)
class Scroll:
    """A search that is handed out page by page, in the order it had when it was opened."""

    request: Request
    indexes: Sequence[Index]
    documents: list[Document]
    expires_at: float
    position: int = field(default=0)

    def next_page(self) -> list[Document]:
        """The next documents; none when all were handed out."""
        page = self.documents[self.position : self.position + self.request.size]
        self.position += len(page)
        return page


class Contexts:
    """The open points in time and scrolls of one deployment."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._pits: dict[str, PointInTime] = {}
        self._scrolls: dict[str, Scroll] = {}

    def open_pit(self, indexes: Sequence[Index], keep_alive: str) -> str:
        """Open a point in time. Raises the engine's 400 when the pattern matched nothing."""
        if not indexes:
            raise bad_request("invalid id: [null]", "illegal_argument_exception")
        pit_id = secrets.token_urlsafe(48)
        self._pits[pit_id] = PointInTime(indexes, self._documents.arrivals, expiry(keep_alive))
        return pit_id

    def pit(self, pit_id: str, keep_alive: str | None) -> PointInTime:
        """An open point in time, its life prolonged. Raises 404 when it or one of its indexes is gone."""
        pit = self._pits.get(pit_id)
        if pit is None or pit.expires_at < time.monotonic():
            raise context_missing(pit_id)
        self._require(pit.indexes)
        if keep_alive:
            pit.expires_at = max(pit.expires_at, expiry(keep_alive))
        return pit

    def close_pits(self, pit_ids: Sequence[str]) -> list[bool]:
        """Close points in time; tells for each whether it was open."""
        return [self._pits.pop(pit_id, None) is not None for pit_id in pit_ids]

    def open_scroll(self, scroll: Scroll) -> str:
        """Keep a scroll under a new id."""
        scroll_id = secrets.token_urlsafe(48)
        self._scrolls[scroll_id] = scroll
        return scroll_id

    def scroll(self, scroll_id: str, keep_alive: str | None) -> Scroll:
        """An open scroll, its life prolonged. Raises 404 when it or one of its indexes is gone."""
        scroll = self._scrolls.get(scroll_id)
        if scroll is None or scroll.expires_at < time.monotonic():
            raise context_missing(scroll_id)
        self._require(scroll.indexes)
        if keep_alive:
            scroll.expires_at = max(scroll.expires_at, expiry(keep_alive))
        return scroll

    def close_scrolls(self, scroll_ids: Sequence[str]) -> int:
        """Close scrolls; tells how many were open."""
        return sum(self._scrolls.pop(scroll_id, None) is not None for scroll_id in scroll_ids)

    def open_counts(self) -> tuple[int, int]:
        """How many points in time and scrolls are open, for tests that look for leaks."""
        return len(self._pits), len(self._scrolls)

    def forget(self) -> None:
        """Lose all points in time and scrolls, as a node does that is restarted."""
        self._pits.clear()
        self._scrolls.clear()

    def _require(self, indexes: Sequence[Index]) -> None:
        for index in indexes:
            if self._documents.indexes.get(index.name) is not index:
                raise no_such_index(index.name)


def expiry(keep_alive: str) -> float:
    """When something opened now for `keep_alive` ends, on the monotonic clock."""
    try:
        return time.monotonic() + duration_ms(keep_alive) / 1000
    except ValueError as error:
        raise bad_request(str(error), "illegal_argument_exception") from error
