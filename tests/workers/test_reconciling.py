"""Wanted against actual: what of ours is missing is put back, what is others' stays."""

from ipaddress import ip_network

import pytest

from lamis.base.errors import Refused
from lamis.base.scope import EVERYTHING
from lamis.blocking import actions, queries_work
from lamis.blocking.types import BlockState
from lamis.connections import queries_firewalls
from lamis.storage.engine import Database
from tests.blocking.world import World

IP = ip_network("203.0.113.9")
FOREIGN = ip_network("192.0.2.200")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def drifts(world: World) -> list[queries_work.DriftLine]:
    with world.database.read() as session:
        return queries_work.drifts(session, EVERYTHING)


def test_an_entry_that_somebody_removed_is_put_back_within_one_interval(world: World) -> None:
    fake = world.firewall()
    fake.put(str(FOREIGN))
    block_id = world.ask()
    world.work()
    fake.table.discard(IP)
    world.clock.forward(minutes=5)
    world.work()
    assert fake.table == {IP, FOREIGN}
    (drift,) = drifts(world)
    assert (drift.firewall, drift.network, drift.n, drift.kind) == ("fw-1", "203.0.113.9", 1, "missing")
    assert "put back" in [step for step, _ in world.block(block_id).receipts[0].steps]
    assert world.journal()[-1] == "block.drift"


def test_entries_that_are_not_ours_are_counted_and_never_touched(world: World) -> None:
    fake = world.firewall()
    fake.put(str(FOREIGN), "192.0.2.201")
    block_id = world.ask()
    world.work()
    world.lift(block_id)
    world.work()
    world.clock.forward(minutes=5)
    world.work()
    assert fake.table == {FOREIGN, ip_network("192.0.2.201")}
    touched = {entry for name, entry in fake.calls if name in {"add", "remove"}}
    assert touched == {IP}
    with world.database.read() as session:
        (work,) = queries_work.work_of(session, EVERYTHING).values()
    assert (work.wanted, work.foreign_entries) == (0, 2)


def test_what_somebody_blocks_by_hand_after_our_lift_is_theirs(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    world.lift(block_id)
    world.work()
    fake.put("203.0.113.9")
    world.clock.forward(minutes=5)
    world.work()
    assert fake.table == {IP}


@pytest.mark.slow
def test_a_rebooted_firewall_is_whole_again_and_told_as_one_line(world: World) -> None:
    fake = world.firewall()
    for last in range(1, 16):
        world.ask(f"203.0.113.{last}")
    world.work()
    before = set(fake.table)
    fake.forget()
    world.clock.forward(minutes=5)
    world.work()
    assert (fake.table, len(before)) == (before, 15)
    (drift,) = drifts(world)
    assert (drift.network, drift.n) == (None, 15)
    with world.database.read() as session:
        (shown,) = queries_firewalls.firewalls(session, EVERYTHING, now=world.clock())
    assert (shown.entries, shown.drift) == (0, 15)


def test_a_list_that_is_as_wanted_is_only_read(world: World) -> None:
    fake = world.firewall()
    world.ask()
    world.work()
    fake.calls.clear()
    world.clock.forward(minutes=5)
    world.work()
    assert fake.calls == [("entries", None)]
    assert drifts(world) == []


@pytest.mark.slow
def test_a_person_may_have_it_compared_now(world: World) -> None:
    fake = world.firewall()
    world.ask()
    world.work()
    fake.forget()
    world.work()
    assert fake.table == set()
    with world.database.write() as session:
        assert actions.ask_reconcile(session, world.person(), now=world.clock()) == 1
    world.work()
    assert fake.table == {IP}


def test_a_new_firewall_is_told_of_what_stands(world: World) -> None:
    world.firewall("fw-1")
    everywhere = world.ask()
    with world.database.read() as session:
        chosen = queries_firewalls.active_firewalls(session, EVERYTHING)[0].connection.id
    only_there = world.ask("203.0.113.10", firewall_ids=(chosen,))
    world.work()
    second = world.firewall("fw-2")
    world.work()
    assert second.table == {IP}
    assert len(world.block(everywhere).receipts) == 2
    assert [each.firewall for each in world.block(only_there).receipts] == ["fw-1"]
    assert world.block(everywhere).state is BlockState.ACTIVE


def test_what_the_guards_forbid_by_now_is_not_put_back(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    fake.forget()
    world.firewall("fw-2", own="203.0.113.9/32")
    world.clock.forward(minutes=5)
    world.work()
    assert fake.table == set()
    assert world.block(block_id).state is BlockState.FAILED


def test_a_firewall_that_does_not_take_it_back_is_told_of(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    fake.forget()
    fake.does_nothing = True
    world.clock.forward(minutes=5)
    world.work()
    block = world.block(block_id)
    assert block.state is BlockState.APPLYING
    assert "its own list does not show it" in block.receipts[0].detail
    assert drifts(world) == []


def test_a_firewall_that_was_away_is_compared_as_soon_as_it_is_back(world: World) -> None:
    fake = world.firewall()
    world.ask()
    world.work()
    fake.is_down = True
    world.clock.forward(minutes=5)
    world.work()
    with world.database.read() as session:
        (shown,) = queries_firewalls.firewalls(session, EVERYTHING, now=world.clock())
    assert (shown.health.is_good, shown.error_code) == (False, "unreachable")
    fake.forget()
    fake.is_down = False
    world.work_for(seconds=3)
    assert fake.table == {IP}
    with world.database.read() as session:
        (shown,) = queries_firewalls.firewalls(session, EVERYTHING, now=world.clock())
    assert shown.health.is_good


def test_one_entry_that_is_refused_keeps_no_other_from_being_put_back(world: World) -> None:
    fake = world.firewall()
    ids = [world.ask(f"203.0.113.{last}") for last in (1, 2, 3)]
    world.work()
    fake.forget()

    def refuse(name: str) -> None:
        if name == "add" and fake.calls[-1][1] == ip_network("203.0.113.2"):
            raise Refused("fw-1 does not take that any more.", permanent=True)

    fake.before = refuse
    world.clock.forward(minutes=5)
    world.work()
    assert fake.table == {ip_network("203.0.113.1"), ip_network("203.0.113.3")}
    states = [world.block(each).state for each in ids]
    assert states == [BlockState.ACTIVE, BlockState.FAILED, BlockState.ACTIVE]


@pytest.mark.slow
def test_who_asks_while_a_lost_table_is_filled_again_does_not_wait_for_it(world: World) -> None:
    fake = world.firewall()
    ids = [world.ask(f"203.0.113.{last}", is_confirmed=True) for last in range(1, 121)]
    world.work()
    fake.forget()
    fake.calls.clear()
    asked: list[str] = []

    def meanwhile(name: str) -> None:
        if name == "add" and not asked:
            asked.append("")
            asked[0] = world.ask("198.51.100.9", is_confirmed=True)
            world.lift(ids[-1])

    fake.before = meanwhile
    world.clock.forward(minutes=5)
    world.work()
    order = [str(entry) for name, entry in fake.calls if name == "add"]
    assert order.index("198.51.100.9/32") < 60
    assert world.block(asked[0]).state is BlockState.ACTIVE
    assert world.block(ids[-1]).state is BlockState.LIFTED
    assert len(fake.table) == 120
    assert ip_network("203.0.113.120") not in fake.table
