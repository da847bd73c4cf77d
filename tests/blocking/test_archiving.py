"""A tenant that is put away: what it blocked passes again, and its firewalls rest."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from lamis.base.errors import Conflict, NotAllowed
from lamis.base.scope import EVERYTHING, SYSTEM, Role
from lamis.blocking import archiving, queries_archived
from lamis.blocking.archiving import Archived
from lamis.blocking.types import BlockState, ReceiptState
from lamis.connections import actions as connections
from lamis.connections.queries import connections_of
from lamis.tenants import actions as tenants
from tests.blocking.world import World
from tests.engines.waiting import PATIENCE_S


def put_away(world: World) -> Archived:
    with world.database.write() as session:
        return archiving.archive(session, SYSTEM, "id-acme", now=world.clock())


def bring_back(world: World) -> None:
    with world.database.write() as session:
        tenants.restore_tenant(session, SYSTEM, "id-acme", now=world.clock())


def active(world: World) -> list[str]:
    with world.database.read() as session:
        found = connections_of(session, EVERYTHING, world.acme)
    return [each.name for each in found if each.is_active]


def switch(world: World, name: str, *, is_active: bool) -> None:
    with world.database.write() as session:
        found = next(each for each in connections_of(session, EVERYTHING, world.acme) if each.name == name)
        connections.set_active(session, SYSTEM, found.id, is_active=is_active, now=world.clock())


def test_what_it_blocked_is_lifted_and_read_back_before_its_firewalls_rest(world: World) -> None:
    fake = world.firewall()
    block_id, timed_id = world.ask(), world.ask("203.0.113.10", lasts=timedelta(hours=1))
    world.work()
    assert len(fake.table) == 2
    archived = put_away(world)
    assert (archived.tenant.is_archived, archived.blocks, active(world)) == (True, 2, ["fw-1"])
    world.work()
    assert fake.table == set()
    for each in (block_id, timed_id):
        block = world.block(each)
        assert (block.state, block.lift_why) == (BlockState.LIFTED, archiving.PUT_AWAY)
    world.work()
    assert active(world) == []


def test_a_firewall_that_is_away_is_told_once_it_answers_and_rests_then(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    fake.is_down = True
    put_away(world)
    world.work_for(seconds=30)
    assert world.block(block_id).state is BlockState.LIFTING
    assert active(world) == ["fw-1"]
    fake.is_down = False
    world.work_for(seconds=61)
    assert (world.block(block_id).state, fake.table, active(world)) == (BlockState.LIFTED, set(), [])


def test_a_firewall_without_blocks_rests_at_once(world: World) -> None:
    world.firewall()
    assert put_away(world).blocks == 0
    assert active(world) == []


def test_other_tenants_keep_their_blocks_and_firewalls(world: World) -> None:
    fake = world.firewall("fw-9", tenant_key=world.globex)
    block_id = world.ask(actor=world.person(tenant_key=world.globex), tenant_key=world.globex)
    world.work()
    put_away(world)
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE
    assert len(fake.table) == 1


def test_a_paused_firewall_is_not_told_and_keeps_what_it_drops(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    switch(world, "fw-1", is_active=False)
    with world.database.read() as session:
        assert queries_archived.paused_with_entries(session, EVERYTHING, world.acme) == ["fw-1"]
    put_away(world)
    world.work()
    assert world.block(block_id).receipts[0].state is ReceiptState.LIFTING
    assert len(fake.table) == 1
    bring_back(world)
    switch(world, "fw-1", is_active=True)
    world.work()
    assert (world.block(block_id).state, fake.table) == (BlockState.LIFTED, set())


def test_putting_away_twice_is_once_and_coming_back_blocks_nothing_again(world: World) -> None:
    fake = world.firewall()
    world.ask()
    world.work()
    put_away(world)
    world.work()
    assert put_away(world).blocks == 0
    bring_back(world)
    switch(world, "fw-1", is_active=True)
    world.work_for(seconds=10)
    assert fake.table == set()
    assert world.journal().count("block.lift_requested") == 1


def test_nothing_is_blocked_nor_resumed_in_an_archived_tenant(world: World) -> None:
    world.firewall()
    put_away(world)
    with pytest.raises(Conflict, match="acme is archived; bring it back first"):
        world.ask(actor=SYSTEM)
    with pytest.raises(Conflict, match="acme is archived; bring it back first"):
        switch(world, "fw-1", is_active=True)


def test_an_admin_of_the_tenant_may_not(world: World) -> None:
    with world.database.write() as session, pytest.raises(NotAllowed):
        archiving.archive(session, world.person(Role.ADMIN), "id-acme", now=world.clock())


def test_two_workers_lift_once(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    world.work()
    put_away(world)
    barrier = Barrier(2)

    def lift() -> None:
        barrier.wait()
        with world.database.write() as session:
            archiving.lift_left(session, block_id, tenant_key=world.acme, now=world.clock())

    both = [Thread(target=lift) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(PATIENCE_S)
    assert world.journal().count("block.lift_requested") == 1
