"""One slice of collecting one claimed source: poll first, then re-checks, then back-fill."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lamis.alerts import queries_sources
from lamis.base.clock import HOUR_MS, span_ms, to_ms
from lamis.base.errors import BadAnswer, ConnectorError, Refused, Unreachable
from lamis.base.scope import EVERYTHING
from lamis.connections import claims, health, queries_windows, rules, tiling, windows
from lamis.connections.claims import Claim
from lamis.connections.tiles import Tile
from lamis.connections.types import HIGHEST, TestCode, WindowState
from lamis.connectors.types import Manifest
from lamis.storage.due import latest_ms
from lamis.storage.runtime import Runtime
from lamis.workers import identity
from lamis.workers.arms import Arm
from lamis.workers.budget import Budget
from lamis.workers.reading import Reading, Sum

SPANS_MOST = 200
SLICE_MS = 5_000  # then other sources have their turn, and the row tells how far this one is
RECENT_MS = 3 * HOUR_MS
PAGE_LEAST, PAGE_MOST = 100, 5000
_OVERLOADED = frozenset({TestCode.BUSY, TestCode.TIMEOUT})
_OF_ONE_WINDOW = _OVERLOADED | {TestCode.UNEXPECTED_ANSWER, TestCode.NO_INDEX}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a slice ended: what to record of the source, and when it is due again."""

    due_ms: int
    values: dict[str, object]
    was_polled: bool
    error: ConnectorError | None = None


@dataclass(slots=True)
class Slice:
    """The work on one source between its claim and its release; no transaction is open while it asks."""

    runtime: Runtime
    manifest: Manifest
    claim: Claim
    arm: Arm
    budget: Budget
    clock: Callable[[], datetime]
    dice: random.Random
    is_stopping: Callable[[], bool]
    sum: Sum = field(default_factory=Sum)
    _spent: int = 0
    _page_size: int = 0
    _started_ms: int = 0
    _polled_ms: int = 0
    _has_read: bool = False
    _was_polled_well: bool = False
    _window_error: str | None = None
    _overload: ConnectorError | None = None

    def run(self) -> Ended:
        """Work until the next poll or a Refresh is due, nothing is, or its turn is over.

        A forced slice only polls, so that whoever waits for it is answered; the rest is due at once.
        Raises ClaimLost, Stopped.
        """
        self._started_ms = self._now_ms()
        self._page_size = self.claim.connection.page_size
        self._spent = self.arm.source.requests_made()
        was_polled = False
        try:
            doubt = self._identify()
            if doubt:
                return doubt
            polls_at_ms = self._next_poll_ms()
            if self.claim.is_forced or self._now_ms() >= polls_at_ms:
                if not self.claim.is_forced and (wait_ms := self._wait_ms(is_poll=True)):
                    return Ended(self._now_ms() + wait_ms, {}, was_polled=False)
                was_polled = True
                self._polled_ms = self._now_ms()
                self._step(is_poll=True)
                self._was_polled_well = True
                if self.claim.is_forced or self.claim.connection.failures:
                    self._bring_forward()
                polls_at_ms = self._next_poll_ms()
            while not self.claim.is_forced and self._may_go_on(polls_at_ms) and self._step(is_poll=False):
                pass
            return self._good(polls_at_ms, was_polled=was_polled)
        except ConnectorError as error:
            return failed(
                self.claim, error, now_ms=self._now_ms(), dice=self.dice, page_size=self._page_size,
                polled_ms=self._polled_ms if self._was_polled_well else None,
                is_first=self._was_polled_well or self.sum.new > 0,
            )  # fmt: skip
        finally:
            self._charge()

    def _now_ms(self) -> int:
        return to_ms(self.clock())

    def _charge(self) -> None:
        made = self.arm.source.requests_made()
        self.budget.spend(made - self._spent, now_ms=self._now_ms())
        self._spent = made

    def _may_go_on(self, polls_at_ms: int) -> bool:
        self._charge()
        return not self._wait_ms(is_poll=False) and self._has_time(polls_at_ms)

    def _has_time(self, polls_at_ms: int) -> bool:
        now_ms = self._now_ms()
        if now_ms >= polls_at_ms or self.is_stopping():
            return False
        if self._overload is not None:
            return False
        if self._has_read and now_ms >= self._started_ms + SLICE_MS:
            return False
        with self.runtime.database.read() as session:
            asked = queries_windows.refreshes_asked(session, EVERYTHING, self.claim.key)
        return asked <= self.claim.connection.refresh_asked

    def _wait_ms(self, *, is_poll: bool) -> int:
        return self.budget.wait_ms(now_ms=self._now_ms(), is_poll=is_poll)

    def _next_poll_ms(self) -> int:
        """One interval after the future was last cut; a clock that went back since does not delay it."""
        with self.runtime.database.read() as session:
            recent = queries_windows.future_and_recent(session, EVERYTHING, self.claim.key, since_ms=HIGHEST)
        connection, cut_ms = self.claim.connection, recent[-1].from_ms
        went_back = max(cut_ms, connection.last_try_ms or 0) > latest_ms(self._now_ms())
        return (self._polled_ms if went_back else cut_ms) + 1000 * connection.poll_s

    def _identify(self) -> Ended | None:
        """Look who answers where that is due; an Ended when it is somebody else."""
        connection, now_ms = self.claim.connection, self._now_ms()
        if self.arm.is_known and not identity.is_due(connection, now_ms=now_ms):
            return None
        found = identity.look(self.runtime.database, connection, self.arm.source)
        facts: dict[str, object] = {"identity_checked_ms": now_ms}
        if found.doubt:
            facts |= {
                "is_identity_in_doubt": True,
                "error_code": TestCode.IDENTITY_CHANGED.value,
                "error_text": found.doubt,
                "last_try_ms": now_ms,
                "failures": connection.failures + 1,
                "failing_since_ms": connection.failing_since_ms or now_ms,
            }
            error = BadAnswer(found.doubt, code=TestCode.IDENTITY_CHANGED, permanent=True)
            return Ended(now_ms, facts, was_polled=True, error=error)
        facts["cluster_uuid"] = found.identity.cluster_uuid
        facts["identity_fingerprint"] = found.identity.fingerprint
        with self.runtime.database.ingest() as session:
            claims.keep_facts(session, self.claim, facts)
        self.arm.is_known = True
        return None

    def _step(self, *, is_poll: bool) -> bool:
        """Count up to 200 windows by one request and read those that differ; False when none was due."""
        tiles = self._choose(is_poll=is_poll)
        if not tiles:
            return False
        marked = [place for place, tile in enumerate(tiles) if tiling.wants_mark(tile)]
        counts = self.arm.source.count([tile.span for tile in tiles], marked=marked)
        now_ms = self._now_ms()
        counted = [
            tiling.counted(tile, there, now_ms=now_ms) for tile, there in zip(tiles, counts, strict=True)
        ]
        large = [tile for tile in counted if tiling.needs_reading(tile) and tiling.is_too_large(tile)]
        bounds = self.arm.source.bounds() if any(tile.is_open for tile in large) else None
        with self.runtime.database.ingest() as session:
            claims.hold(session, self.claim, now=self.clock())
            keys = [tile.key for tile in counted if tile.key is not None]
            standing = queries_windows.standing(session, EVERYTHING, self.claim.key, keys)
            counted = [tile for tile in counted if tile.key in standing]
            large = [tile for tile in large if tile.key in standing]
            windows.save(session, counted)
            for tile in large:
                windows.apply(session, self.claim.key, tiling.split(tile, bounds=bounds))
        split = {tile.key for tile in large}
        readable = [
            tile for tile in counted if tile.key not in split and not tiling.can_wait(tile, now_ms=now_ms)
        ]
        self._read(readable, is_poll=is_poll, now_ms=now_ms)
        if self._overload is None:
            self._explain([tile for tile in counted if tile.kept > (tile.there or 0)])
        return True

    def _choose(self, *, is_poll: bool) -> list[Tile]:
        """The windows of this step, in the transaction that cuts the future at the poll."""
        with self.runtime.database.ingest() as session:
            now = self.clock()
            claims.hold(session, self.claim, now=now)
            now_ms, key = to_ms(now), self.claim.key
            live: list[Tile] = []
            if is_poll:
                since = now_ms - RECENT_MS
                recent = queries_windows.future_and_recent(session, EVERYTHING, key, since_ms=since)
                last = recent[-2] if len(recent) > 1 else None
                windows.apply(session, key, tiling.cut_future(recent[-1], last, now_ms=now_ms))
                recent = queries_windows.future_and_recent(session, EVERYTHING, key, since_ms=since)
                for change in tiling.joined(recent, now_ms=now_ms):
                    windows.apply(session, key, change)
                recent = queries_windows.future_and_recent(session, EVERYTHING, key, since_ms=since)
                young_ms = now_ms - tiling.LATE_MS - 1000 * self.claim.connection.poll_s - 2000
                live = [tile for tile in recent if tile.to_ms > young_ms]
                live += queries_windows.undated_window(session, EVERYTHING, key)
            seen = {tile.key for tile in live}
            due = queries_windows.due_windows(session, EVERYTHING, key, now_ms=now_ms, limit=SPANS_MOST)
            return (live[-SPANS_MOST:] + [tile for tile in due if tile.key not in seen])[:SPANS_MOST]

    def _read(self, tiles: list[Tile], *, is_poll: bool, now_ms: int) -> None:
        """Read what differs, newest first; what is older than a poll's business may have to wait.

        Outside a poll, something that was counted is read even where counting took the last of the budget:
        it would be counted again and again, and never read.
        """
        reading = Reading(
            self.runtime.database, self.runtime.settings, self.manifest, self.claim, self.arm.source,
            self.clock, self.is_stopping, self.sum, self.arm.pace,
        )  # fmt: skip
        live_from_ms = now_ms - 2 * tiling.LATE_MS - 1000 * self.claim.connection.poll_s
        polls_at_ms = now_ms + 1000 * self.claim.connection.poll_s
        live: list[list[Tile]] = []
        rest: list[list[Tile]] = []
        for group in tiling.groups(tiles):
            is_live = is_poll and any(tile.undated or tile.to_ms > live_from_ms for tile in group)
            (live if is_live else rest).append(group)
        may_go_on = self._may_go_on if is_poll else self._has_time
        for place, group in enumerate(live + self._in_turn(rest)):
            is_live = place < len(live)
            if not is_live and (self.claim.is_forced or not may_go_on(polls_at_ms)):
                return
            may_go_on, self._has_read = self._may_go_on, True
            try:
                reading.read(group, page_size=self._page_size)
            except (BadAnswer, Refused, Unreachable) as error:
                if is_live or error.code not in _OF_ONE_WINDOW:
                    raise
                self._postpone(group, error)
                if error.code in _OVERLOADED:
                    self._overload = error
                    self._page_size = max(PAGE_LEAST, self._page_size // 2)
                    return
                continue
            self._page_size = min(PAGE_MOST, self._page_size * 2)
            if any(tile.failures for tile in group):
                self._bring_forward()

    def _in_turn(self, groups: list[list[Tile]]) -> list[list[Tile]]:
        """Every other time what failed before comes last, so that neither keeps the rest from being read."""
        if self.claim.fence % 2:
            return groups
        return sorted(groups, key=lambda group: max(tile.failures for tile in group))

    def _postpone(self, group: list[Tile], error: ConnectorError) -> None:
        """Windows whose own reading fails rest for a while; the rest of the source goes on."""
        self._window_error = f"{self.claim.connection.name}: some hours cannot be read. {error.message}"
        keys = [tile.key for tile in group if tile.key is not None and tiling.needs_reading(tile)]
        with self.runtime.database.ingest() as session:
            claims.hold(session, self.claim, now=self.clock())
            resting = queries_windows.postponed(session, EVERYTHING, self.claim.key)

            def rest(failures: int) -> timedelta:
                return rules.window_back_off(
                    failures,
                    resting=resting,
                    is_permanent=error.permanent,
                    retry_after=error.retry_after,
                    dice=self.dice,
                )

            windows.postpone(session, keys, now_ms=self._now_ms(), rest=rest)

    def _bring_forward(self) -> None:
        """A source that answers well again is read on at once where it had failed."""
        with self.runtime.database.ingest() as session:
            claims.hold(session, self.claim, now=self.clock())
            windows.bring_forward(session, self.claim.key, now_ms=self._now_ms())

    def _explain(self, tiles: list[Tile]) -> None:
        """Fewer there than here: expired where the exact index of stored documents is gone, else missing."""
        for tile in tiles:
            if tile.key is None or tile.undated or tile.is_future or tile.state is WindowState.EXPIRED:
                continue
            with self.runtime.database.read() as session:
                names = queries_sources.index_names(
                    session, EVERYTHING, self.claim.key, from_ms=tile.from_ms, to_ms=tile.to_ms
                )
            is_gone = any(not self._has_index(name) for name in names)
            with self.runtime.database.ingest() as session:
                claims.hold(session, self.claim, now=self.clock())
                windows.explain(session, tile.key, is_expired=is_gone)

    def _has_index(self, name: str) -> bool:
        known = self.arm.indexes.get(name)
        if known is None:
            known = self.arm.indexes[name] = self.arm.source.has_index(name)
        return known

    def _good(self, polls_at_ms: int, *, was_polled: bool) -> Ended:
        connection, now_ms = self.claim.connection, self._now_ms()
        self.arm.indexes.clear()
        learned: dict[str, object] = {}
        if self._window_error or not self._has_postponed():
            learned["window_error"] = self._window_error
        values: dict[str, object] = {"page_size": self._page_size}
        if self.sum.newest_ms is not None and self.sum.newest_ms >= (connection.newest_ms or 0):
            values |= {"newest_ms": self.sum.newest_ms, "lag_ms": max(0, now_ms - self.sum.newest_ms)}
        if self.sum.new:
            learned |= {"last_new_ms": now_ms, "silent_since_ms": None}
        values["health"] = health.merged(learned)
        if was_polled:
            values |= {
                "last_try_ms": now_ms, "last_good_ms": now_ms, "failures": 0, "failing_since_ms": None,
                "error_code": None, "error_text": None,
            }  # fmt: skip
        return Ended(self._due_ms(polls_at_ms, now_ms), values, was_polled=was_polled)

    def _has_postponed(self) -> bool:
        """Whether windows still rest whose reading failed before: then what is told of them holds on."""
        if self.claim.connection.health.get("window_error") is None:
            return False
        with self.runtime.database.read() as session:
            return queries_windows.is_any_postponed(session, EVERYTHING, self.claim.key)

    def _due_ms(self, polls_at_ms: int, now_ms: int) -> int:
        if self._overload is not None:
            return self._after_rest_ms(self._overload, polls_at_ms, now_ms)
        with self.runtime.database.read() as session:
            check_ms = queries_windows.next_check_ms(session, EVERYTHING, self.claim.key)
        if check_ms is None:
            return polls_at_ms
        return min(polls_at_ms, max(check_ms, now_ms + self._wait_ms(is_poll=False)))

    def _after_rest_ms(self, overload: ConnectorError, polls_at_ms: int, now_ms: int) -> int:
        """When a source goes on that old windows overload; what is new waits only where it asks for that."""
        with self.runtime.database.read() as session:
            resting = queries_windows.postponed(session, EVERYTHING, self.claim.key)
        rest = rules.back_off(overload.code, resting, retry_after=None, dice=self.dice)
        rested_ms = now_ms + span_ms(rest)
        asked_ms = now_ms + span_ms(rules.honoured(overload.retry_after))
        return max(asked_ms, min(polls_at_ms, rested_ms))


def failed(
    claim: Claim,
    error: ConnectorError,
    *,
    now_ms: int,
    dice: random.Random,
    page_size: int | None = None,
    polled_ms: int | None = None,
    is_first: bool = False,
) -> Ended:
    """What a failed slice leaves: the error in words, and when it is tried again. Nothing advances.

    `polled_ms` is when it was polled well before it failed. `is_first` says that it brought something: then
    this is the first failure in a row.
    """
    connection = claim.connection
    failures = 1 if is_first else connection.failures + 1
    wait = rules.back_off(error.code, failures, retry_after=error.retry_after, dice=dice)
    values: dict[str, object] = {
        "last_try_ms": now_ms,
        "failures": failures,
        "failing_since_ms": now_ms if is_first else connection.failing_since_ms or now_ms,
        "error_code": error.code,
        "error_text": error.message,
    }
    if polled_ms:
        values["last_good_ms"] = polled_ms
    if error.code in _OVERLOADED:
        values["page_size"] = max(PAGE_LEAST, (page_size or connection.page_size) // 2)
    return Ended(now_ms + span_ms(wait), values, was_polled=True, error=error)
