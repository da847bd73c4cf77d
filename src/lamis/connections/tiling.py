"""How a source's time is cut into windows: pure decisions on plain tiles.

The axis from LOWEST to HIGHEST is always covered without gap or overlap. A poll cuts the open-ended
future at the present; complete neighbours are joined as they age, so that one request counts them
all; windows with too many documents are split.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from lamis.base.clock import DAY_MS, HOUR_MS
from lamis.connections.tiles import ALONE_AFTER, Change, Tally, Tile
from lamis.connections.types import HIGHEST, LOWEST, Count, WindowState

MINUTE_MS = 60_000
SLOT_MS = 5 * MINUTE_MS
READ_MOST = 20_000  # documents of one window; more are split
TOGETHER_MOST = 5_000  # documents of windows that are joined, or read together: what one late document costs
PARTS_MOST = 64
_AT_MOST_TOGETHER = (200, 16, 4, 1)  # windows, by how often reading them failed
LATE_MS = MINUTE_MS  # younger documents are looked for at every poll
CHECK_YOUNG_MS = 4 * MINUTE_MS
CHECK_OLD_MS = 12 * HOUR_MS


def first_tiles(*, backfill: str, now_ms: int) -> list[Tile]:
    """The windows of a new source: the future, the last 24 hours by hours, what lies before, the undated."""
    day_ago = now_ms - now_ms % HOUR_MS - DAY_MS
    tiles = [Tile(now_ms, HIGHEST), *(Tile(start, end) for start, end in _hours(day_ago, now_ms))]
    if backfill == "all":
        tiles.append(Tile(LOWEST, day_ago))
    elif backfill == "7d":
        week_ago = day_ago - 6 * DAY_MS
        tiles += [Tile(week_ago, day_ago), Tile(LOWEST, week_ago, WindowState.NOT_ASKED)]
    else:
        tiles.append(Tile(LOWEST, day_ago, WindowState.NOT_ASKED))
    return [*tiles, Tile(LOWEST, HIGHEST, undated=True)]


def _hours(start: int, end: int) -> list[tuple[int, int]]:
    """[start, end) cut at full hours; above 200 pieces it stays whole, and is split once it was counted."""
    if end - start > 200 * HOUR_MS:
        return [(start, end)]
    edges = [start, *range(start - start % HOUR_MS + HOUR_MS, end, HOUR_MS), end]
    return list(pairwise(edges))


def reach_back(ancient: Tile, *, backfill: str, now_ms: int) -> Change:
    """What changes when a person asks for more (or no more) history before the oldest window."""
    assert ancient.key is not None
    if backfill == "all":
        return Change((ancient.key,), (replace(ancient, state=WindowState.DUE, next_check_ms=0, key=None),))
    start = now_ms - now_ms % HOUR_MS - (7 * DAY_MS if backfill == "7d" else DAY_MS)
    rest = replace(ancient, state=WindowState.NOT_ASKED, key=None)
    if ancient.state is not WindowState.NOT_ASKED or start >= ancient.to_ms:
        return Change((ancient.key,), (rest,))
    return Change((ancient.key,), (replace(rest, to_ms=start), Tile(start, ancient.to_ms)))


def cut_future(future: Tile, last: Tile | None, *, now_ms: int) -> Change:
    """The poll at `now_ms`: what was future until now becomes windows of its own.

    `last` is the window before the future; never counted, it grows instead (a long outage must not
    leave a window per attempt). A clock that went back changes nothing. The rest of the future is read
    anew where it holds anything: one document may have left it while another came.
    """
    assert future.key is not None
    if now_ms <= future.from_ms:
        return Change()
    start, gone = future.from_ms, [future.key]
    if last and last.key is not None and last.checks == 0 and last.state is WindowState.DUE:
        start, gone = last.from_ms, [*gone, last.key]
    pieces = [Tile(a, b) for a, b in _hours(start, now_ms)]
    return Change(tuple(gone), (*pieces, replace(future, from_ms=now_ms, read_there=None, key=None)))


def joined(tiles: Iterable[Tile], *, now_ms: int) -> list[Change]:
    """Join settled neighbours: 5-minute slots that ended 2 minutes ago, hours that ended an hour ago."""
    runs: dict[tuple[int, int], list[Tile]] = {}
    for tile in sorted(tiles, key=lambda tile: tile.from_ms):
        if tile.is_settled and not tile.is_open and not tile.is_wide:
            runs.setdefault(_slot(tile, now_ms=now_ms), []).append(tile)
    return [change for (slot, _), run in runs.items() if slot for change in _joins(run)]


def _slot(tile: Tile, *, now_ms: int) -> tuple[int, int]:
    for size, rest in ((HOUR_MS, HOUR_MS), (SLOT_MS, 2 * MINUTE_MS)):
        start = tile.from_ms - tile.from_ms % size
        if tile.to_ms <= start + size <= now_ms - rest:
            return size, start
    return 0, 0


def _joins(run: Sequence[Tile]) -> list[Change]:
    """Joins of neighbours in `run` (by time) as long as their documents can be read together."""
    changes, pending = [], [run[0]]
    for tile in [*run[1:], None]:
        fits = tile and tile.from_ms == pending[-1].to_ms
        if tile and fits and sum(one.kept for one in pending) + tile.kept <= TOGETHER_MOST:
            pending.append(tile)
            continue
        if len(pending) > 1:
            changes.append(_join(pending))
        if tile:
            pending = [tile]
    return changes


def _join(tiles: Sequence[Tile]) -> Change:
    total = sum(tile.there or 0 for tile in tiles)
    whole = Tile(
        tiles[0].from_ms,
        tiles[-1].to_ms,
        WindowState.COMPLETE,
        there=total,
        read_there=total,
        mark=_sum(tile.mark for tile in tiles),
        read_mark=_sum(tile.read_mark for tile in tiles),
        here=sum(tile.here for tile in tiles),
        refused=sum(tile.refused for tile in tiles),
        unreadable=sum(tile.unreadable for tile in tiles),
        checks=min(tile.checks for tile in tiles),
        checked_ms=min(tile.checked_ms or 0 for tile in tiles),
        read_ms=max(tile.read_ms or 0 for tile in tiles) or None,
        next_check_ms=min(tile.next_check_ms for tile in tiles),
    )
    return Change(tuple(tile.key for tile in tiles if tile.key is not None), (whole,))


def _sum(marks: Iterable[int | None]) -> int | None:
    known = list(marks)
    return None if None in known else sum(mark or 0 for mark in known)


def counted(tile: Tile, count: Count, *, now_ms: int) -> Tile:
    """The window once the source has counted it: complete where nothing differs, else due to be read.

    The future and the undated hold no more than the source counts in them: what left the future was
    passed by the present and is read in a window of its own.
    """
    there = count.number
    known = replace(tile, there=there, mark=count.mark, checks=max(1, tile.checks), checked_ms=now_ms)
    if not known.differs:
        # A window without a mark, such as one cut out of a larger one, takes the first it is told.
        known = replace(known, read_mark=count.mark if tile.read_mark is None else tile.read_mark)
        settled = replace(known, checks=1, next_check_ms=next_check(tile, now_ms=now_ms))
        return replace(settled, state=_settled_state(known))
    if there:
        return replace(known, state=WindowState.DUE)
    if tile.undated or tile.is_future:
        known = replace(known, here=0, refused=0, unreadable=0)
    return finished(known, Tally(), now_ms=now_ms)


def _settled_state(tile: Tile) -> WindowState:
    if tile.kept == tile.there:
        return WindowState.COMPLETE
    return tile.state if tile.state is WindowState.EXPIRED else WindowState.MISSING


def wants_mark(tile: Tile) -> bool:
    """Whether a window is worth a mark: those that were read. What is to be read anyway needs none yet."""
    return tile.read_there is not None and not tile.is_future and not tile.undated


def needs_reading(tile: Tile) -> bool:
    """Whether a counted window differs from what was last read of it."""
    return bool(tile.there) and tile.differs


def can_wait(tile: Tile, *, now_ms: int) -> bool:
    """Whether a large future or undated window, which is read whole each time, was read just now."""
    if not (tile.undated or tile.is_future) or tile.read_ms is None:
        return False
    return now_ms - tile.read_ms < min(10 * MINUTE_MS, MINUTE_MS * ((tile.there or 0) // 1000))


def finished(tile: Tile, tally: Tally, *, now_ms: int) -> Tile:
    """The window after a complete read that saw `tally`, the counts of its pages being in `tile` already.

    What was seen stored counts as here even where another window brought it (after a split, or when
    the future became past). More here than there stays so: `missing` until its index is known gone.
    """
    kept_before = tile.kept
    here, refused = tile.here, min(tile.refused, tally.seen)
    if tile.undated or tile.is_future or kept_before < tally.seen:
        here = tally.seen - refused
    else:
        refused = tile.refused
    done = replace(
        tile,
        here=here, refused=refused, there=tally.seen, read_there=tally.seen, read_mark=tile.mark,
        read_ms=now_ms, checks=1,
    )  # fmt: skip
    return replace(done, state=_settled_state(done), next_check_ms=next_check(done, now_ms=now_ms))


def with_refused(tile: Tile, tally: Tally) -> Tile:
    """The window with the refused and unreadable documents of a recount."""
    return replace(tile, refused=tally.refused, unreadable=max(tile.unreadable, tally.unreadable))


def with_stored(tile: Tile, *, here: int, refused: int, seen: int) -> Tile:
    """The window that held more than the `seen` just read, with no more than a recount found stored.

    Rows that had gone and were read again were counted twice. What was seen is stored, wherever our own
    reading of its time puts it.
    """
    refused = min(tile.refused, refused)
    return replace(tile, here=min(tile.here, max(here, seen - refused)), refused=refused)


def next_check(tile: Tile, *, now_ms: int) -> int:
    """When a window that was read is counted again: the last day every four minutes, older ones every 12 h.

    Those younger than a minute, the future and the undated are counted at every poll besides.
    """
    if tile.undated or tile.is_future:
        return HIGHEST
    return now_ms + (CHECK_YOUNG_MS if now_ms - tile.to_ms < DAY_MS else CHECK_OLD_MS)


def groups(tiles: Sequence[Tile]) -> list[list[Tile]]:
    """What is read together, newest first: windows that differ, with unchanged neighbours as bridges.

    A group spans one unbroken stretch of time and begins and ends with a window that differs. Those whose
    reading failed are read in ever smaller groups, so that one that cannot be read is soon alone.
    """
    found: list[list[Tile]] = []
    current: list[Tile] = []
    bridge: list[Tile] = []
    for tile in sorted(tiles, key=lambda tile: (tile.undated, -tile.from_ms)):
        whole = [*current, *bridge]
        touches = bool(whole) and not tile.undated and tile.to_ms == whole[-1].from_ms
        fits = sum(one.there or 0 for one in whole) + (tile.there or 0) <= TOGETHER_MOST
        if current and not (touches and fits and len(whole) < _together(*whole, tile)):
            found.append(current)
            current, bridge = [], []
        if needs_reading(tile):
            current = [*current, *bridge, tile]
            bridge = []
        elif current:
            bridge.append(tile)
    return [*found, current] if current else found


def _together(*tiles: Tile) -> int:
    """How many windows may be read together with these at most."""
    return _AT_MOST_TOGETHER[min(ALONE_AFTER, max(tile.failures for tile in tiles))]


def is_too_large(tile: Tile) -> bool:
    """Whether a counted window is split before it is read; a millisecond and the undated cannot be.

    The future is read whole: it must begin where the last poll ended.
    """
    if tile.undated or tile.is_future or tile.to_ms - tile.from_ms <= 1:
        return False
    return (tile.there or 0) > (TOGETHER_MOST if tile.is_wide else READ_MOST)


def split(tile: Tile, *, bounds: tuple[int, int] | None = None) -> Change:
    """Cut a counted window into parts of about equal length, at full hours where it is wide.

    An open end needs `bounds`, the oldest and newest time at the source: what lies beyond is a part.
    """
    assert tile.key is not None
    start, end = tile.from_ms, tile.to_ms
    edges = [start]
    if bounds and start == LOWEST:
        start = min(max(bounds[0] - bounds[0] % HOUR_MS, LOWEST + 1), end - 1)
        edges.append(start)
    if bounds and end == HIGHEST:
        end = max(bounds[1] + 1, start + 1)
    parts = min(PARTS_MOST, max(2, 2 * (tile.there or 0) // TOGETHER_MOST))
    step = max(1, -(-(end - start) // parts))
    if end - start > parts * HOUR_MS:
        step = -(-step // HOUR_MS) * HOUR_MS
        edges += range(start - start % HOUR_MS + step, end, step)
    else:
        edges += range(start + step, end, step)
    edges += [end] if end == tile.to_ms else [end, tile.to_ms]
    pieces = [Tile(a, b, next_check_ms=0) for a, b in pairwise(edges)]
    return Change((tile.key,), tuple(pieces))


def by_hours(tile: Tile, hours: Mapping[int, Tally], *, now_ms: int) -> Change:
    """A wide window that was read whole, told apart: a window per hour with documents, empty ones between.

    `hours` maps the start of an hour to what was seen in it.
    """
    assert tile.key is not None
    done = replace(
        tile, state=WindowState.COMPLETE, there=0, mark=None, read_there=0, read_mark=None, here=0, refused=0,
        unreadable=0,
        checks=1, checked_ms=now_ms, read_ms=now_ms, key=None,
    )  # fmt: skip
    pieces, at = [], tile.from_ms
    for hour in sorted(hours):
        tally, start = hours[hour], max(hour, tile.from_ms)
        end = min(hour + HOUR_MS, tile.to_ms)
        if start > at:
            pieces.append(replace(done, from_ms=at, to_ms=start))
        pieces.append(
            replace(
                done,
                from_ms=start,
                to_ms=end,
                there=tally.seen,
                read_there=tally.seen,
                here=tally.new + tally.known,
                refused=tally.refused,
                unreadable=tally.unreadable,
            )
        )
        at = end
    if at < tile.to_ms:
        pieces.append(replace(done, from_ms=at, to_ms=tile.to_ms))
    return Change(
        (tile.key,), tuple(replace(one, next_check_ms=next_check(one, now_ms=now_ms)) for one in pieces)
    )


def forget_before(tiles: Sequence[Tile], *, before_ms: int) -> Change:
    """What retention took is not asked again: the windows that ended by `before_ms` become one.

    `tiles` are the oldest windows, by time, the first without beginning. What was read since then (a
    back-fill brought it) is kept as long as anything else, and what is still to be read is not given up.
    """
    past: list[Tile] = []
    for tile in tiles:
        if tile.to_ms > before_ms or (past and past[-1].to_ms != tile.from_ms):
            break
        is_recent = (tile.read_ms or 0) >= before_ms
        if tile.state is not WindowState.NOT_ASKED and (tile.state is WindowState.DUE or is_recent):
            break
        past.append(tile)
    if not past or past[0].from_ms != LOWEST or (len(past) == 1 and past[0].state is WindowState.NOT_ASKED):
        return Change()
    whole = Tile(LOWEST, past[-1].to_ms, WindowState.NOT_ASKED)
    return Change(tuple(tile.key for tile in past if tile.key is not None), (whole,))


def is_tiled(tiles: Iterable[Tile]) -> bool:
    """Whether the dated windows cover the axis without gap or overlap."""
    dated = sorted((tile for tile in tiles if not tile.undated), key=lambda tile: tile.from_ms)
    if not dated or dated[0].from_ms != LOWEST or dated[-1].to_ms != HIGHEST:
        return False
    neighbours = pairwise(dated)
    return all(tile.from_ms < tile.to_ms for tile in dated) and all(
        a.to_ms == b.from_ms for a, b in neighbours
    )
