"""The ledger, the marks, and what other tenants cannot see."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from lamis.base.clock import to_ms
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.blocking import queries
from lamis.blocking.networks import parse_network
from lamis.blocking.types import Block, BlockFilter, BlockState
from lamis.storage.engine import Database
from tests.blocking.world import World
from tests.engines.statements import plan_of, statements_of


def found(world: World, scope: Scope = EVERYTHING, **wanted: object) -> list[str]:
    with world.database.read() as session:
        blocks, _ = queries.blocks(session, scope, BlockFilter(**wanted))  # type: ignore[arg-type]
    return [block.network for block in blocks]


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    world.firewall()
    for last in range(1, 8):
        world.ask(f"203.0.113.{last}")
    seen: list[Block] = []
    cursor = None
    with world.database.read() as session:
        while True:
            page, cursor = queries.blocks(session, EVERYTHING, BlockFilter(), cursor=cursor, limit=3)
            seen += page
            if cursor is None:
                break
    assert [block.network for block in seen] == [f"203.0.113.{last}" for last in range(7, 0, -1)]


def test_each_filter_narrows(world: World) -> None:
    world.firewall()
    world.ask("203.0.113.1", reason="Brute force 100%", lasts=timedelta(hours=1))
    world.ask("203.0.113.2", lasts=timedelta(days=7))
    lifted = world.ask("192.0.2.7")
    world.work()
    world.lift(lifted)
    world.work()
    world.ask("203.0.113.0/24")
    assert found(world, text="100%") == ["203.0.113.1"]
    assert found(world, text="_03") == []
    assert found(world, text="ANALYST") == found(world)
    assert found(world, states=(BlockState.LIFTED,)) == ["192.0.2.7"]
    assert found(world, standing=False) == ["192.0.2.7"]
    assert len(found(world, standing=True)) == 3
    assert found(world, tenant_id="id-globex") == []
    assert found(world, tenant_id="GLOBEX") == []
    assert found(world, tenant_id="Acme") == found(world, tenant_id="id-acme") != []
    assert found(world, firewall_id="nobody") == []
    soon = to_ms(world.clock() + timedelta(days=1))
    assert found(world, expiring_before_ms=soon) == ["203.0.113.1"]
    assert found(world, covering=parse_network("203.0.113.2")) == ["203.0.113.0/24", "203.0.113.2"]


def test_another_tenants_block_is_not_found_by_any_way(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    foreign = Scope(frozenset({world.globex}))
    assert found(world, foreign) == []
    with world.database.read() as session:
        with pytest.raises(NotFound):
            queries.block_by_id(session, foreign, block_id)
        with pytest.raises(Invalid):
            queries.blocks(session, foreign, BlockFilter(), cursor=block_id)
        assert queries.block_count(session, foreign, BlockFilter()) == 0
        assert queries.state_counts(session, foreign) == {}
        assert queries.marks(session, foreign, [("id-acme", "203.0.113.9")]) == {}


def test_an_address_is_marked_by_its_own_tenants_block_or_a_wider_one(world: World) -> None:
    world.firewall()
    world.ask("203.0.113.0/24")
    exact = world.ask("203.0.113.9")
    world.work()
    places = [
        ("id-acme", "203.0.113.9"),
        ("id-acme", "203.0.113.10"),
        ("id-acme", "::ffff:203.0.113.9"),
        ("id-acme", "192.0.2.1"),
        ("id-acme", "web-1.example"),
        ("id-globex", "203.0.113.9"),
    ]
    with world.database.read() as session:
        marks = queries.marks(session, EVERYTHING, places)
    assert {place: mark.network for place, mark in marks.items()} == {
        places[0]: "203.0.113.9",
        places[1]: "203.0.113.0/24",
        places[2]: "203.0.113.9",
    }
    assert marks[places[0]].block_id == exact
    assert marks[places[0]].words == "This IP is blocked"


def test_a_mark_says_how_far_the_block_is(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()

    def words() -> str:
        with world.database.read() as session:
            return queries.marks(session, EVERYTHING, [("id-acme", "203.0.113.9")])[
                "id-acme", "203.0.113.9"
            ].words

    assert words() == "This IP is being blocked"
    fake.is_down = True
    world.work_for(seconds=40)
    assert words() == "Blocking it failed"
    world.lift(block_id)
    with world.database.read() as session:
        assert queries.marks(session, EVERYTHING, [("id-acme", "203.0.113.9")]) == {}


def test_states_are_counted_without_those_that_are_over(world: World) -> None:
    world.firewall()
    world.ask("203.0.113.1")
    over = world.ask("203.0.113.2")
    world.work()
    world.lift(over)
    world.work()
    with world.database.read() as session:
        assert queries.state_counts(session, EVERYTHING) == {BlockState.ACTIVE: 1}


def test_that_other_tenants_saw_an_address_is_known_without_alerts_too(world: World) -> None:
    with world.database.read() as session:
        assert not queries.is_seen_elsewhere(
            session,
            EVERYTHING,
            parse_network("203.0.113.9"),
            tenant_key=world.acme,
            now_ms=to_ms(world.clock()),
        )
        assert queries.asked_within_hour(session, SYSTEM, now_ms=to_ms(world.clock())) == 0


def test_the_newest_change_is_that_of_the_tenants_in_scope(world: World) -> None:
    nobody = world.tenant("nobody")
    world.firewall()
    world.firewall("fw-2", tenant_key=world.globex)
    world.ask("203.0.113.1")
    world.clock.forward(seconds=5)
    world.ask("203.0.113.2", actor=SYSTEM, tenant_key=world.globex)
    with world.database.read() as session:

        def newest(*tenants: int) -> int | None:
            return queries.newest_change_ms(session, Scope(frozenset(tenants)))

        now_ms = to_ms(world.clock())
        assert newest(world.acme) == newest(world.acme, nobody) == now_ms - 5000
        assert newest(world.globex) == newest(world.acme, world.globex) == now_ms
        assert queries.newest_change_ms(session, EVERYTHING) == now_ms
        assert newest(nobody) is newest() is None


def test_the_newest_change_is_found_without_looking_at_every_block(database: Database) -> None:
    World(database)
    with database.read() as session:
        if database.dialect == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))  # which is cheaper for an empty table
        with statements_of(session) as sent:
            queries.newest_change_ms(session, Scope(frozenset({1, 2})))
        (statement,) = sent
        used = {
            "sqlite": "INDEX ix_block_tenant_key_changed_ms (tenant_key=?)",
            "postgresql": "Scan Backward using ix_block_tenant_key_changed_ms",
        }[database.dialect]
        assert used in plan_of(session, statement)


def test_what_changed_is_found_by_its_time_however_many_blocks_a_tenant_has(
    sqlite_database: Database,
) -> None:
    world = World(sqlite_database)
    own = Scope(frozenset({world.acme}))
    with sqlite_database.read() as session:
        with statements_of(session) as sent:
            assert queries.changes(session, own, BlockFilter(), since_ms=1, most=9) == []
        (statement,) = sent
        used = "SEARCH block USING INDEX ix_block_changed_ms (changed_ms>?)"
        assert used in plan_of(session, statement).splitlines()
