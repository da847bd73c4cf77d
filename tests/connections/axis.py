"""One source and its windows in memory: the collector's steps on plain values, for tests of tiling."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lamis.base.clock import HOUR_MS
from lamis.connections import tiling
from lamis.connections.tiles import Change, Tally, Tile
from lamis.connections.tiling import is_tiled
from lamis.connections.types import Count, WindowState


@dataclass(frozen=True)
class Doc:
    """One document; `time_ms` None has none; `again`: a re-sent one, which the store refuses."""

    number: int
    time_ms: int | None
    again: bool = False


def holds(tile: Tile, doc: Doc) -> bool:
    if doc.time_ms is None or tile.undated:
        return tile.undated and doc.time_ms is None
    return tile.from_ms <= doc.time_ms < tile.to_ms


@dataclass
class Axis:
    """Windows by key, what the source holds, and what is stored here: once each, or the test fails."""

    now_ms: int
    backfill: str = "24h"
    docs: list[Doc] = field(default_factory=list)
    stored: set[Doc] = field(default_factory=set)
    tiles: dict[int, Tile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = tiling.first_tiles(backfill=self.backfill, now_ms=self.now_ms)
        self.apply(Change(new=tuple(first)))

    @property
    def dated(self) -> list[Tile]:
        return sorted((one for one in self.tiles.values() if not one.undated), key=lambda one: one.from_ms)

    @property
    def asked(self) -> list[Tile]:
        return [one for one in self.tiles.values() if one.state is not WindowState.NOT_ASKED]

    def apply(self, change: Change) -> None:
        """What `windows.apply` does. The axis must be covered whole before and after."""
        for key in change.gone:
            del self.tiles[key]
        key = max(self.tiles, default=0)
        for tile in change.new:
            key += 1
            self.tiles[key] = replace(tile, key=key)
        assert is_tiled(self.tiles.values())
        assert sum(tile.undated for tile in self.tiles.values()) == 1

    def arrive(self, time_ms: int | None, *, again: bool = False) -> None:
        self.docs.append(Doc(len(self.docs), time_ms, again))

    def cut(self) -> None:
        """The beginning of a poll: cut the axis at the present, join what has settled."""
        *_, last, future = self.dated
        self.apply(tiling.cut_future(future, last, now_ms=self.now_ms))
        for change in tiling.joined(self.dated, now_ms=self.now_ms):
            self.apply(change)

    def work(self, tiles: Iterable[Tile]) -> None:
        """Count the windows; split those with too much; read those that differ, in groups."""
        counted = []
        for tile in tiles:
            inside = [doc for doc in self.docs if holds(tile, doc)]
            count = Count(len(inside), sum(doc.number for doc in inside))
            one = tiling.counted(tile, count, now_ms=self.now_ms)
            assert one.key is not None
            self.tiles[one.key] = one
            if tiling.needs_reading(one) and tiling.is_too_large(one):
                self.apply(tiling.split(one, bounds=self.bounds()))
            else:
                counted.append(one)
        for group in tiling.groups(counted):
            self.read(group)

    def bounds(self) -> tuple[int, int]:
        times = [doc.time_ms for doc in self.docs if doc.time_ms is not None]
        return min(times), max(times)

    def read(self, group: list[Tile]) -> None:
        for old in group:
            assert old.key is not None
            tile, hours = self.tiles[old.key], dict[int, Tally]()
            for doc in self.docs:
                if not holds(tile, doc):
                    continue
                at = doc.time_ms or 0
                one = self._brought(doc)
                hours[at - at % HOUR_MS] = hours.get(at - at % HOUR_MS, Tally()) + one
                tile = replace(tile, here=tile.here + one.new, refused=tile.refused + one.refused)
            self._finish(tile, hours)

    def _brought(self, doc: Doc) -> Tally:
        if doc in self.stored:
            return Tally(known=1)
        self.stored.add(doc)
        return Tally(refused=1) if doc.again else Tally(new=1)

    def _finish(self, tile: Tile, hours: dict[int, Tally]) -> None:
        key = tile.key
        assert key is not None
        if tile.is_wide:
            settled = {hour: self._recounted(hour, tally) for hour, tally in hours.items()}
            self.apply(tiling.by_hours(tile, settled, now_ms=self.now_ms))
            return
        seen = sum(hours.values(), Tally())
        if seen.known and tile.kept < seen.seen and not tile.is_open:
            refused = sum(holds(tile, doc) and doc.again for doc in self.stored)
            seen = Tally(new=seen.seen - refused, refused=refused)
            tile = tiling.with_refused(tile, seen)
        self.tiles[key] = tiling.finished(tile, seen, now_ms=self.now_ms)

    def _recounted(self, hour: int, tally: Tally) -> Tally:
        whole = Tile(hour, hour + HOUR_MS)
        refused = sum(holds(whole, doc) and doc.again for doc in self.stored)
        return Tally(new=tally.seen - refused, refused=refused)

    def settle(self) -> None:
        """Work until nothing that was asked differs from the source any more."""
        for _ in range(200):
            before = dict(self.tiles)
            self.work(self.asked)
            if {key: (one.from_ms, one.to_ms) for key, one in before.items()} == {
                key: (one.from_ms, one.to_ms) for key, one in self.tiles.items()
            } and all(one.state is not WindowState.DUE for one in self.asked):
                return
        raise AssertionError("the windows never settle")

    def assert_balanced(self) -> None:
        """Every document that was asked for is stored, and every window holds exactly its own."""
        wanted = Counter(doc for tile in self.asked for doc in self.docs if holds(tile, doc))
        assert set(wanted.values()) <= {1}
        assert self.stored >= wanted.keys()
        for tile in self.asked:
            inside = [doc for doc in self.docs if holds(tile, doc)]
            assert tile.state is WindowState.COMPLETE
            assert (tile.there, tile.kept) == (len(inside), len(inside))
