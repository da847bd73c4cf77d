"""Which source the collector takes next."""

from datetime import timedelta

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.connections import actions, queries_windows, tiling, windows
from lamis.connections.tiles import Change, Tally
from lamis.connections.types import HIGHEST, Count
from lamis.storage.engine import Database
from tests.connections.world import NOON, add, tenant

NOW = to_ms(NOON)


def test_healthy_sources_come_first_and_paused_removed_or_doubtful_ones_never(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        names = ("failing", "later", "sooner", "paused", "removed", "doubtful")
        rows = {
            name: add(session, key, name=name, url=f"https://192.0.2.{number}:9200")
            for number, name in enumerate(names, start=1)
        }
        rows["failing"].failures, rows["later"].due_ms, rows["doubtful"].is_identity_in_doubt = 1, 5, True
        actions.set_active(session, SYSTEM, rows["paused"].id, is_active=False, now=NOON)
        actions.remove_connection(session, SYSTEM, rows["removed"].id, now=NOON)
        taken = []
        while row := queries_windows.due_connection(session, EVERYTHING, now_ms=NOW, healthy_only=False):
            taken.append(row.name)
            row.claimed_until_ms = NOW + 1
            session.flush()
        assert taken == ["sooner", "later", "failing"]
        active = queries_windows.active_connections(session, EVERYTHING)
        assert [row.name for row in active] == ["failing", "later", "sooner", "doubtful"]


def test_windows_that_were_forgotten_meanwhile_do_not_stand(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        due = queries_windows.due_windows(session, EVERYTHING, made.key, now_ms=NOW, limit=2)
        kept, gone = (tile.key or 0 for tile in due)
        windows.apply(session, made.key, Change((gone,)))
        assert queries_windows.standing(session, EVERYTHING, made.key, [kept, gone]) == {kept}
        assert queries_windows.standing(session, Scope(frozenset()), made.key, [kept]) == set()


def test_windows_wait_postponed_from_a_failed_reading_to_the_next_good_one(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        due = queries_windows.due_windows(session, EVERYTHING, made.key, now_ms=NOW, limit=3)
        counted = [tiling.counted(tile, Count(5), now_ms=NOW) for tile in due]
        windows.save(session, counted)
        assert not queries_windows.is_any_postponed(session, EVERYTHING, made.key)
        assert counted[1].key is not None
        windows.postpone(session, [counted[1].key], now_ms=NOW, rest=lambda _: timedelta(minutes=1))
        assert queries_windows.is_any_postponed(session, EVERYTHING, made.key)
        assert queries_windows.postponed(session, EVERYTHING, made.key) == 1
        assert queries_windows.postponed(session, Scope(frozenset()), made.key) == 0
        assert not queries_windows.is_any_postponed(session, Scope(frozenset()), made.key)
        windows.save(session, [tiling.finished(counted[1], Tally(new=5), now_ms=NOW)])
        assert not queries_windows.is_any_postponed(session, EVERYTHING, made.key)


def test_the_future_is_always_the_last_of_the_recent_windows(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        recent = queries_windows.future_and_recent(session, EVERYTHING, made.key, since_ms=NOW - 1)
        assert [tile.to_ms for tile in recent] == [HIGHEST]
        (undated,) = queries_windows.undated_window(session, EVERYTHING, made.key)
        assert undated.undated
