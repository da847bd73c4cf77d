"""Windows as rows, and the queries of the collector."""

from datetime import timedelta

from sqlalchemy import text

from lamis.base.clock import HOUR_MS, to_ms
from lamis.base.scope import EVERYTHING, Scope
from lamis.connections import queries_windows, tiling, windows
from lamis.connections.tiles import Change, Tally, Tile
from lamis.connections.types import Count, WindowState
from lamis.storage.engine import Database
from tests.connections.world import NOON, add, tenant

NOW = to_ms(NOON)
SECOND = timedelta(seconds=1)


def test_what_is_stored_reads_back_the_same(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        tile = Tile(NOW, NOW + 5, WindowState.COMPLETE, 3, 3, 2, 1, 1, 4, NOW, NOW, NOW + 9)
        session.execute(text("DELETE FROM source_window"))
        windows.apply(session, key, Change(new=(tile,)))
        (found,) = queries_windows.due_windows(session, EVERYTHING, key, now_ms=NOW + 9, limit=5)
        assert Tile(**{name: getattr(found, name) for name in Tile.__slots__ if name != "key"}) == tile
        assert queries_windows.due_windows(session, EVERYTHING, key, now_ms=NOW + 8, limit=5) == []
        assert queries_windows.next_check_ms(session, EVERYTHING, key) == NOW + 9
        assert queries_windows.windows_before(session, EVERYTHING, key, before_ms=NOW + 5) == [found]
        assert queries_windows.windows_by_key(session, Scope(frozenset()), key, [found.key or 0]) == []


def test_pages_raise_the_counts_of_their_windows(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        tile = queries_windows.due_windows(session, EVERYTHING, key, now_ms=NOW, limit=1)[0]
        assert tile.key is not None
        windows.raise_counts(session, {tile.key: Tally(new=2, known=9, refused=1, unreadable=1)})
        (found,) = queries_windows.windows_by_key(session, EVERYTHING, key, [tile.key])
        assert (found.here, found.refused, found.unreadable) == (2, 1, 1)


def test_a_window_that_cannot_be_read_rests_longer_each_time(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        tile = queries_windows.due_windows(session, EVERYTHING, key, now_ms=NOW, limit=1)[0]
        assert tile.key is not None
        rests = []
        for _ in range(3):
            tile = tiling.counted(tile, Count(5), now_ms=NOW)
            windows.save(session, [tile])
            windows.postpone(session, [tile.key], now_ms=NOW, rest=lambda failures: SECOND * failures)
            (tile,) = queries_windows.windows_by_key(session, EVERYTHING, key, [tile.key])
            rests.append(tile.next_check_ms - NOW)
            assert tile.key is not None
        assert rests == [1_000, 2_000, 3_000]


def test_counting_a_window_in_vain_is_no_failure_of_its_reading(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        tile = queries_windows.due_windows(session, EVERYTHING, key, now_ms=NOW, limit=1)[0]
        assert tile.key is not None
        for _ in range(9):
            tile = tiling.counted(tile, Count(5), now_ms=NOW)
        assert tile.failures == 0
        windows.save(session, [tile])
        assert tile.key is not None
        windows.postpone(session, [tile.key], now_ms=NOW, rest=lambda failures: SECOND * failures)
        (found,) = queries_windows.windows_by_key(session, EVERYTHING, key, [tile.key])
        assert (found.failures, found.next_check_ms) == (1, NOW + 1_000)
        assert tiling.counted(found, Count(0), now_ms=NOW).failures == 0


def test_only_windows_that_rest_after_a_failed_reading_are_brought_forward(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        due = queries_windows.due_windows(session, EVERYTHING, key, now_ms=NOW, limit=4)[1:]
        resting, complete, other = due
        assert resting.key is not None
        done = tiling.finished(complete, Tally(), now_ms=NOW)
        windows.save(session, [done, tiling.counted(resting, Count(5), now_ms=NOW)])
        windows.postpone(session, [resting.key], now_ms=NOW, rest=lambda _: 900 * SECOND)
        assert queries_windows.postponed(session, EVERYTHING, key) == 1
        windows.bring_forward(session, key, now_ms=NOW + 7)
        keys = [tile.key for tile in due if tile.key is not None]
        found = {
            tile.key: tile.next_check_ms
            for tile in queries_windows.windows_by_key(session, EVERYTHING, key, keys)
        }
        assert found == {resting.key: NOW + 7, complete.key: done.next_check_ms, other.key: 0}


def test_only_a_read_window_with_less_there_is_explained(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        session.execute(
            text("UPDATE source_window SET there = 1, read_there = 1, here = 2, state = 'missing'")
        )
        session.execute(text("UPDATE source_window SET read_there = 2 WHERE key = 3"))
        for number in (2, 3):
            windows.explain(session, number, is_expired=True)
        found = queries_windows.windows_by_key(session, EVERYTHING, key, [2, 3])
        assert {tile.key: tile.state for tile in found} == {2: WindowState.EXPIRED, 3: WindowState.MISSING}


def test_a_stretch_is_read_again_and_the_rest_left_alone(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        session.execute(
            text("UPDATE source_window SET read_there = 1, next_check_ms = 5 WHERE state = 'due'")
        )
        asked = windows.read_again(session, key, from_ms=NOW - 2 * HOUR_MS, to_ms=NOW - HOUR_MS)
        assert asked == 1
        windows.drop_all(session, key)
        assert queries_windows.oldest_window(session, EVERYTHING, key) is None
