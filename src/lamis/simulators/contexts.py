"""Points in time and scrolls: views that later documents do not enter and that end with their index."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from lamis.simulators.dates import duration_ms
from lamis.simulators.documents import Document, Documents, Index
from lamis.simulators.query import EVERYTHING, Selection
from lamis.simulators.refusals import bad_request, context_missing, no_such_index, too_many_contexts
from lamis.simulators.searching import Request

MOST_PITS = 300
MOST_SCROLLS = 500
_LONGEST_MS = 86_400_000


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
    """A search that is handed out page by page, in the order it had when it was opened.

    Each page has an id of its own; only the newest leads on.
    """

    request: Request
    indexes: Sequence[Index]
    documents: list[Document]
    expires_at: float
    position: int = field(default=0)
    newest_id: str = ""

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
        expires_at = expiry(keep_alive)
        self._pits = {key: pit for key, pit in self._pits.items() if pit.expires_at >= time.monotonic()}
        if len(self._pits) >= MOST_PITS:
            raise too_many_contexts("Point In Time", MOST_PITS, "search.max_open_pit_context")
        pit_id = secrets.token_urlsafe(48)
        self._pits[pit_id] = PointInTime(indexes, self._documents.arrivals, expires_at)
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
        """Keep a scroll under a new id; under its old ones it can still be closed."""
        now = time.monotonic()
        self._scrolls = {key: one for key, one in self._scrolls.items() if one.expires_at >= now}
        if not scroll.newest_id and self.open_counts()[1] >= MOST_SCROLLS:
            raise too_many_contexts("scroll", MOST_SCROLLS, "search.max_open_scroll_context")
        scroll.newest_id = secrets.token_urlsafe(48)
        self._scrolls[scroll.newest_id] = scroll
        return scroll.newest_id

    def scroll(self, scroll_id: str, keep_alive: str | None) -> Scroll:
        """An open scroll, its life prolonged. Raises 404 when it or one of its indexes is gone."""
        scroll = self._scrolls.get(scroll_id)
        if scroll is None or scroll.newest_id != scroll_id or scroll.expires_at < time.monotonic():
            raise context_missing(scroll_id)
        self._require(scroll.indexes)
        if keep_alive:
            scroll.expires_at = max(scroll.expires_at, expiry(keep_alive))
        return scroll

    def close_scrolls(self, scroll_ids: Sequence[str]) -> int:
        """Close scrolls; tells how many were open."""
        before = self.open_counts()[1]
        closed = {id(self._scrolls[one]) for one in scroll_ids if one in self._scrolls}
        self._scrolls = {key: one for key, one in self._scrolls.items() if id(one) not in closed}
        return before - self.open_counts()[1]

    def open_counts(self) -> tuple[int, int]:
        """How many points in time and scrolls are open, for tests that look for leaks."""
        return len(self._pits), len({id(scroll) for scroll in self._scrolls.values()})

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
        wanted_ms = duration_ms(keep_alive)
    except ValueError as error:
        raise bad_request(str(error), "illegal_argument_exception") from error
    if wanted_ms > _LONGEST_MS:
        told = f"Keep alive for request ({keep_alive}) is too large. It must be less than (1d)."
        raise bad_request(told, "illegal_argument_exception")
    return time.monotonic() + wanted_ms / 1000
