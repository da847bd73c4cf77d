"""Reading windows and storing what they hold: page by page, counts and documents in one commit."""

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamis.alerts import queries_ledger
from lamis.alerts.days import make_days
from lamis.alerts.results import Recount
from lamis.alerts.rules import UNREADABLE_TITLE
from lamis.alerts.types import Batch, Fields, Incoming, Outcome, Preset, Stored, Verdict
from lamis.base.clock import HOUR_MS, to_ms
from lamis.base.scope import EVERYTHING
from lamis.base.settings import Settings
from lamis.connections import claims, queries_windows, tiling, windows
from lamis.connections.claims import Claim
from lamis.connections.tiles import Tally, Tile
from lamis.connections.types import AlertSource, Page, SourceDocument, Span
from lamis.connectors.types import Manifest
from lamis.incidents.actions import receive
from lamis.incidents.types import Policy
from lamis.storage.engine import Database
from lamis.workers.ahead import one_ahead
from lamis.workers.pace import Pace

TRANSLATED_AT_ONCE = 250  # a page of the screen beside it waits for as many


@dataclass(slots=True)
class Sum:
    """What a slice has brought so far, for its log line and the health of its source."""

    read: int = 0
    new: int = 0
    refused: int = 0
    newest_ms: int | None = None

    def add(self, outcomes: Sequence[Outcome], *, now_ms: int) -> None:
        self.read += len(outcomes)
        for outcome in outcomes:
            self.refused += outcome.verdict is Verdict.REFUSED
            if outcome.verdict is not Verdict.NEW:
                continue
            self.new += 1
            if outcome.time_ms is not None and outcome.time_ms <= now_ms:
                self.newest_ms = max(self.newest_ms or outcome.time_ms, outcome.time_ms)


class Stopped(Exception):
    """The process is ending; what was not committed stays due."""


@dataclass(slots=True)
class Group:
    """Windows that one read covers, and what it has seen of each, by hour."""

    tiles: Sequence[Tile]
    _edges: list[int] = field(init=False)
    _sorted: list[Tile] = field(init=False)
    tallies: dict[tuple[int, int], Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sorted = sorted(self.tiles, key=lambda tile: tile.from_ms)
        self._edges = [tile.from_ms for tile in self._sorted]

    @property
    def span(self) -> Span:
        if self._sorted[0].undated:
            return self._sorted[0].span
        return Span(self._sorted[0].span.from_ms, self._sorted[-1].span.to_ms)

    def home(self, time_ms: int | None) -> tuple[Tile, int]:
        """The window a document of this read belongs to, and its hour; by its time, kept within the span.

        A document that cannot tell its time belongs where most are still missing.
        """
        if time_ms is None:
            tile = max(self._sorted, key=lambda tile: (tile.there or 0) - tile.kept)
            return tile, tile.to_ms - 1
        first, last = self._sorted[0].from_ms, self._sorted[-1].to_ms - 1
        time_ms = min(max(time_ms, first), last)
        return self._sorted[bisect_right(self._edges, time_ms) - 1], time_ms

    def brought(self, outcomes: Sequence[Outcome]) -> dict[tuple[int, int], Tally]:
        """What a page's outcomes bring to each window, by its key and the start of the hour."""
        alike: Counter[tuple[int, int, Verdict, bool]] = Counter()
        for outcome in outcomes:
            tile, time_ms = self.home(outcome.time_ms)
            assert tile.key is not None
            alike[tile.key, time_ms - time_ms % HOUR_MS, outcome.verdict, outcome.is_unreadable] += 1
        brought: dict[tuple[int, int], Tally] = {}
        for (key, hour, verdict, is_unreadable), n in alike.items():
            tally = _tally(verdict, n, is_unreadable=is_unreadable)
            brought[key, hour] = brought.get((key, hour), Tally()) + tally
        return brought

    def add(self, brought: Mapping[tuple[int, int], Tally]) -> None:
        """Take in what a page has brought, once it is stored."""
        for place, tally in brought.items():
            self.tallies[place] = self.tallies.get(place, Tally()) + tally

    def astray(self) -> list[Tile]:
        """Windows of which as many were not seen as counted, where one lacks some.

        A source may read another time out of a document than we do. Read alone, whatever it finds in a
        window belongs there.
        """
        if len(self.tiles) == 1:
            return []
        excess = {tile.key: self._seen(tile) - (tile.there or 0) for tile in self._sorted}
        if min(excess.values()) >= 0:
            return []
        return [tile for tile in self._sorted if excess[tile.key] and not tile.is_wide]

    def _seen(self, tile: Tile) -> int:
        return sum(tally.seen for (owner, _), tally in self.tallies.items() if owner == tile.key)

    def of(self, key: int) -> dict[int, Tally]:
        """What was seen of one window, by the start of the hour."""
        return {hour: tally for (owner, hour), tally in self.tallies.items() if owner == key}


def _tally(verdict: Verdict, n: int, *, is_unreadable: bool) -> Tally:
    return Tally(
        new=n if verdict is Verdict.NEW else 0,
        known=n if verdict is Verdict.KNOWN else 0,
        refused=n if verdict is Verdict.REFUSED else 0,
        unreadable=n if verdict is Verdict.NEW and is_unreadable else 0,
    )


def _by_window(brought: Mapping[tuple[int, int], Tally]) -> dict[int, Tally]:
    found: dict[int, Tally] = {}
    for (key, _), tally in sorted(brought.items()):
        found[key] = found.get(key, Tally()) + tally
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that reading the windows of one claimed source needs."""

    database: Database
    settings: Settings
    manifest: Manifest
    claim: Claim
    source: AlertSource
    clock: Callable[[], datetime]
    is_stopping: Callable[[], bool]
    sum: Sum
    pace: Pace

    def read(self, tiles: Sequence[Tile], *, page_size: int) -> None:
        """Read the span of `tiles` once, store all, and finish the windows; those astray then alone.

        Pages stand when a later one fails; the windows then stay due. Raises ConnectorError, ClaimLost,
        Stopped.
        """
        group = Group(tiles)
        self._read(group, page_size=page_size)
        for tile in group.astray():
            self._read(Group([tile]), page_size=page_size)

    def _read(self, group: Group, *, page_size: int) -> None:
        with one_ahead(self.source.read(group.span, size=page_size)) as pages:
            for page in pages:
                # Translated here and not ahead: Python's lock lets one of both work, and it takes memory.
                incoming = self._translated(page)
                del page  # what is stored is let go part by part
                for part in self.pace.parts(incoming):
                    self._store(group, part)
        with self.database.ingest() as session:
            now = self.clock()
            claims.hold(session, self.claim, now=now)
            self._finish(session, group, now_ms=to_ms(now))

    def _store(self, group: Group, incoming: Sequence[Incoming]) -> None:
        if self.is_stopping():
            raise Stopped
        connection = self.claim.connection
        batch = Batch(
            tenant_key=connection.tenant_key,
            connection_key=connection.key,
            connection_id=connection.id,
            documents=incoming,
            preset=Preset(self.settings.severity_preset),
            text_index=self.settings.text_index,
            text_version=self.manifest.text_version,
        )
        make_days(self.database, {one.fields.time_ms for one in incoming}, now=self.clock())

        def store() -> tuple[Stored, Mapping[tuple[int, int], Tally]]:
            with self.database.ingest() as session:
                began = time.perf_counter()  # waiting for others is not counted
                now = self.clock()
                claims.hold(session, self.claim, now=now)
                stored = receive(session, batch, now=now, policy=Policy.of(self.settings))
                brought = group.brought(stored.outcomes)
                windows.raise_counts(session, _by_window(brought))
            self.pace.learn(len(incoming), timedelta(seconds=time.perf_counter() - began))
            return stored, brought

        stored, brought = self.database.repeating(store)
        group.add(brought)
        self.sum.add(stored.outcomes, now_ms=to_ms(self.clock()))

    def _translated(self, page: Page) -> list[Incoming]:
        incoming = []
        for place, document in enumerate(page.documents):
            if place % TRANSLATED_AT_ONCE == 0:
                self.database.precedence.give_way()
            incoming.append(self._incoming(document))
        return incoming

    def _incoming(self, document: SourceDocument) -> Incoming:
        if document.raw is None:
            fields = Fields(
                time_ms=None, title=UNREADABLE_TITLE, unreadable=document.problem or "not readable"
            )
        else:
            fields = self.manifest.translate(document.raw)
        return Incoming(document.index, document.doc_id, document.raw, fields)

    def _finish(self, session: Session, group: Group, *, now_ms: int) -> None:
        keys = [tile.key for tile in group.tiles if tile.key is not None]
        done = []
        for tile in queries_windows.windows_by_key(session, EVERYTHING, self.claim.key, keys):
            assert tile.key is not None
            hours = group.of(tile.key)
            if tile.is_wide:
                settled = {hour: self._settled(session, tile, hour, tally) for hour, tally in hours.items()}
                windows.apply(session, self.claim.key, tiling.by_hours(tile, settled, now_ms=now_ms))
                continue
            seen = sum(hours.values(), Tally())
            if seen.known and tile.kept < seen.seen and not tile.is_open:
                seen = self._recounted(session, tile.from_ms, tile.to_ms, seen)
                tile = tiling.with_refused(tile, seen)
            elif tile.kept > seen.seen and not tile.is_open:
                stored = self._stored(session, tile.from_ms, tile.to_ms)
                tile = tiling.with_stored(tile, here=stored.here, refused=stored.refused, seen=seen.seen)
            done.append(tiling.finished(tile, seen, now_ms=now_ms))
        windows.save(session, done)

    def _settled(self, session: Session, tile: Tile, hour: int, tally: Tally) -> Tally:
        if not tally.known:
            return tally
        return self._recounted(session, max(hour, tile.from_ms), min(hour + HOUR_MS, tile.to_ms), tally)

    def _recounted(self, session: Session, from_ms: int, to_ms: int, tally: Tally) -> Tally:
        """Which of the documents known before are refused ones: a read cannot tell, the store can."""
        stored = self._stored(session, from_ms, to_ms)
        refused = min(stored.refused, tally.refused + tally.known)
        return Tally(
            new=tally.seen - refused, refused=refused, unreadable=max(tally.unreadable, stored.unreadable)
        )

    def _stored(self, session: Session, from_ms: int, to_ms: int) -> Recount:
        return queries_ledger.recount(session, EVERYTHING, self.claim.key, from_ms=from_ms, to_ms=to_ms)
