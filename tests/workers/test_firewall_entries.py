"""Whose an entry is: what LAMIS put in comes out again, and what it found there stays."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from cryptography.fernet import Fernet

from lamis.base.errors import Unreachable
from lamis.base.secrets import Keys, Vault
from lamis.blocking.types import BlockState
from lamis.storage.engine import Database
from tests.blocking.world import World
from tests.fakes.firewall import FakeFirewall

STRANGE = Keys(signing="k" * 40, vault=Vault([Fernet.generate_key().decode()]))
IP = ip_network("203.0.113.9/32")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def lifted(world: World, block_id: str) -> None:
    world.lift(block_id)
    world.work()
    assert world.block(block_id).state is BlockState.LIFTED


def down_at(fake: FakeFirewall, *, call: int) -> None:
    """Have the fake be away at its n-th call of `holds` from now, once."""
    calls = []

    def away(name: str) -> None:
        calls.append(name)
        if name == "holds" and calls.count("holds") == call:
            fake.before = lambda _name: None
            raise Unreachable("The fake firewall cannot be reached; plug it in.", code="unreachable")

    fake.before = away


@pytest.mark.slow
def test_what_the_reconcile_added_after_tries_in_vain_is_removed_by_the_lift(world: World) -> None:
    fake = world.firewall()
    fake.is_down = True
    block_id = world.ask()
    world.work_for(minutes=3)
    assert world.block(block_id).state is BlockState.FAILED
    fake.is_down = False
    world.work_for(seconds=61)
    assert (world.block(block_id).state, fake.table) == (BlockState.ACTIVE, {IP})
    lifted(world, block_id)
    assert fake.table == set()


@pytest.mark.slow
def test_what_stood_there_stays_although_the_first_try_broke_off(world: World) -> None:
    fake = world.firewall()
    fake.put("203.0.113.9")
    block_id = world.ask()
    down_at(fake, call=2)
    world.work()
    assert world.block(block_id).state is BlockState.APPLYING
    world.work_for(seconds=61)
    assert world.block(block_id).state is BlockState.ACTIVE
    lifted(world, block_id)
    assert fake.table == {IP}


def test_what_was_taken_out_by_hand_and_put_back_by_lamis_is_removed_by_the_lift(world: World) -> None:
    fake = world.firewall()
    fake.put("203.0.113.9")
    block_id = world.ask()
    world.work()
    fake.forget()
    world.clock.forward(minutes=5)
    world.work()
    assert fake.table == {IP}
    lifted(world, block_id)
    assert fake.table == set()


def test_what_stood_there_stays_after_a_block_that_began_while_another_was_lifted(world: World) -> None:
    fake = world.firewall()
    fake.put("203.0.113.9")
    first = world.ask()
    world.work()
    world.lift(first)
    second = world.ask(actor=world.person(name="other"))
    world.work()
    assert (world.block(first).state, world.block(second).state) == (BlockState.LIFTED, BlockState.ACTIVE)
    lifted(world, second)
    assert fake.table == {IP}


def test_what_stood_there_stays_after_a_block_that_was_lifted_before_it_was_tried(world: World) -> None:
    fake = world.firewall()
    fake.put("203.0.113.9")
    world.lift(world.ask())
    second = world.ask(actor=world.person(name="other"))
    world.work()
    lifted(world, second)
    assert fake.table == {IP}


@pytest.mark.slow
def test_what_one_block_leaves_to_another_that_was_never_tried_is_removed_by_its_lift(world: World) -> None:
    fake = world.firewall()
    first = world.ask()
    world.work()
    world.lift(first)
    second = world.ask(actor=world.person(name="other"))
    well, world.runtime = world.runtime, replace(world.runtime, keys=STRANGE)
    world.worker().look()
    assert world.block(second).state is BlockState.FAILED
    world.runtime = well
    world.work_for(minutes=6)
    assert (world.block(first).state, world.block(second).state) == (BlockState.LIFTED, BlockState.ACTIVE)
    lifted(world, second)
    assert fake.table == set()
