"""When a source is asked something else, every window that was asked is proved anew."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.clock import HOUR_MS, to_ms
from lamis.base.scope import EVERYTHING
from lamis.connections import queries_windows, windows
from lamis.connections.tiles import Tile
from lamis.connections.tiling import is_tiled
from lamis.connections.types import HIGHEST, LOWEST, WindowState
from lamis.storage.engine import Database
from tests.connections.world import NOON, add, tenant

NOW = to_ms(NOON)


def tiles(session: Session, connection_key: int) -> list[Tile]:
    keys = session.execute(
        text("SELECT key FROM source_window WHERE connection_key = :key"), {"key": connection_key}
    )
    return queries_windows.windows_by_key(session, EVERYTHING, connection_key, [row[0] for row in keys])


def settle(session: Session) -> None:
    session.execute(
        text(
            "UPDATE source_window SET state = 'complete', there = 4, read_there = 4, here = 3, refused = 1,"
            " unreadable = 1, checks = 9, next_check_ms = :later WHERE state = 'due'"
        ),
        {"later": NOW + HOUR_MS},
    )


def test_every_asked_window_of_that_source_forgets_what_was_read(database: Database) -> None:
    with database.write() as session:
        mine, other = add(session, tenant(session, "acme")), add(session, tenant(session, "globex"))
        settle(session)
        before = {key: tiles(session, key) for key in (mine.key, other.key)}
        windows.forget_reads(session, mine.key)
        assert tiles(session, other.key) == before[other.key]
        found = tiles(session, mine.key)
        assert is_tiled(found)
        for tile in found:
            if tile.state is WindowState.NOT_ASKED:
                assert (tile.from_ms, tile.there) == (LOWEST, None)
                continue
            assert (tile.state, tile.there, tile.read_there, tile.kept) == (WindowState.DUE, None, None, 0)
            assert (tile.next_check_ms, tile.unreadable) == (0, 0)


def test_only_what_touches_the_stretch_is_read_again(database: Database) -> None:
    with database.write() as session:
        mine, other = add(session, tenant(session, "acme")), add(session, tenant(session, "globex"))
        settle(session)
        start = NOW - 5 * HOUR_MS
        assert windows.read_again(session, mine.key, from_ms=start + 1, to_ms=start + HOUR_MS + 1) == 2
        due = [tile for tile in tiles(session, mine.key) if tile.state is WindowState.DUE]
        assert sorted(tile.from_ms for tile in due) == [start, start + HOUR_MS]
        assert all((tile.read_there, tile.here, tile.next_check_ms) == (None, 3, 0) for tile in due)
        assert all(tile.state is not WindowState.DUE for tile in tiles(session, other.key))


def test_what_was_not_asked_is_not_read_again(database: Database) -> None:
    with database.write() as session:
        mine = add(session, tenant(session, "acme"))
        settle(session)
        asked = len([tile for tile in tiles(session, mine.key) if not tile.undated]) - 1
        assert windows.read_again(session, mine.key, from_ms=LOWEST, to_ms=HIGHEST) == asked
        states = [tile.state for tile in tiles(session, mine.key)]
        assert states.count(WindowState.NOT_ASKED) == 1
