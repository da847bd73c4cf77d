"""Asking, lifting, extending."""

from datetime import timedelta

import pytest

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lamis.base.scope import SYSTEM, Role
from lamis.blocking import actions, lists
from lamis.blocking.planning import lasting
from lamis.blocking.types import BlockState, Guard, Guarded
from tests.blocking.world import OWN, World


def test_asking_twice_is_one_block_and_keeps_both_reasons(world: World) -> None:
    world.firewall()
    first = world.ask(lasts=timedelta(hours=1))
    second = world.ask(actor=world.person(name="nils"), reason="Port scan", lasts=timedelta(days=7))
    assert second == first
    block = world.block(first)
    assert block.notes == ("nils asked again: Port scan",)
    assert block.expires_ms == to_ms(world.clock() + timedelta(hours=1))
    assert len(block.receipts) == 1
    world.ask(actor=world.person(name="nils"), reason="Port scan")
    assert world.block(first).notes == ("nils asked again: Port scan",)


def test_the_same_address_in_another_tenant_is_another_block(world: World) -> None:
    world.firewall()
    world.firewall("fw-2", tenant_key=world.globex)
    assert world.ask() != world.ask(actor=SYSTEM, tenant_key=world.globex)


def test_a_viewer_may_not_block_and_a_stranger_finds_no_tenant(world: World) -> None:
    world.firewall()
    with pytest.raises(NotAllowed):
        world.ask(actor=world.person(Role.VIEWER))
    with pytest.raises(NotFound):
        world.ask(actor=world.person(tenant_key=world.globex))


def test_a_guard_refuses_at_once_and_names_itself(world: World) -> None:
    world.firewall()
    with pytest.raises(Guarded) as refused:
        world.ask("10.0.0.1")
    assert (refused.value.guard, refused.value.field) == ("private", "address")
    with pytest.raises(Guarded) as refused:
        world.ask(OWN)
    assert refused.value.guard == "firewall"


def test_an_admin_may_override_with_a_reason_and_it_is_journalled(world: World) -> None:
    world.firewall()
    with pytest.raises(NotAllowed):
        world.ask("10.0.0.1", override_reason="Infected")
    block_id = world.ask("10.0.0.1", actor=world.person(Role.ADMIN), override_reason="Infected")
    block = world.block(block_id)
    assert (block.overridden, block.override_reason) == ((Guard.PRIVATE.value,), "Infected")
    assert "block.guard_overridden" in world.journal()
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE


@pytest.mark.parametrize("address", ["0.0.0.0/0", "127.0.0.1", "0.0.0.0", OWN])
def test_some_guards_nobody_overrides(world: World, address: str) -> None:
    world.firewall()
    with pytest.raises(Guarded):
        world.ask(address, actor=SYSTEM, override_reason="I insist")


@pytest.mark.slow
def test_the_twenty_first_block_of_an_hour_wants_a_confirmation(world: World) -> None:
    world.firewall()
    for last in range(1, 21):
        world.ask(f"203.0.113.{last}")
    with pytest.raises(Guarded) as refused:
        world.ask("203.0.113.21")
    assert refused.value.guard == "rate"
    world.ask("203.0.113.21", actor=world.person(name="other"))
    world.ask("203.0.113.22", is_confirmed=True)
    world.clock.forward(hours=1, seconds=1)
    world.ask("203.0.113.23")


def test_a_tenant_without_firewall_and_list_is_told_so(world: World) -> None:
    with pytest.raises(Conflict, match="no firewall and no block list"):
        world.ask()


def test_with_a_list_alone_a_block_is_published_and_lifted_at_once(world: World) -> None:
    with world.database.write() as session:
        lists.switch_on(session, SYSTEM, world.acme, now=world.clock())
    block_id = world.ask()
    assert world.block(block_id).state is BlockState.APPLYING
    world.work()
    assert world.block(block_id).state is BlockState.APPLYING
    world.lift(block_id)
    assert world.block(block_id).state is BlockState.LIFTED


def test_a_block_may_name_its_firewalls(world: World) -> None:
    world.firewall("fw-1")
    world.firewall("fw-2")
    block_id = world.ask(firewall_ids=("fw-2",))
    assert [each.firewall for each in world.block(block_id).receipts] == ["fw-2"]
    with pytest.raises(Invalid, match="firewalls"):
        world.ask("203.0.113.10", firewall_ids=("fw-9",))
    with pytest.raises(Invalid, match="firewalls"):
        world.ask("203.0.113.10", firewall_ids=())


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_block_has_a_reason(world: World, reason: str) -> None:
    world.firewall()
    with pytest.raises(Invalid) as told:
        world.ask(reason=reason)
    assert told.value.field == "reason"


@pytest.mark.slow
def test_lifting_twice_is_lifting_once_and_needs_the_right(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    world.work()
    with pytest.raises(NotAllowed):
        world.lift(block_id, actor=world.person(Role.VIEWER))
    with pytest.raises(NotFound):
        world.lift(block_id, actor=world.person(tenant_key=world.globex))
    world.lift(block_id)
    world.lift(block_id)
    assert world.journal().count("block.lift_requested") == 1
    world.work()
    world.lift(block_id)
    assert world.block(block_id).state is BlockState.LIFTED


def test_extending_counts_from_now_and_only_while_it_stands(world: World) -> None:
    world.firewall()
    block_id = world.ask(lasts=timedelta(hours=1))
    world.clock.forward(minutes=30)
    with world.database.write() as session:
        lasts = timedelta(days=1)
        actions.extend_block(session, world.person(), block_id, lasts=lasts, now=world.clock())
    assert world.block(block_id).expires_ms == to_ms(world.clock() + timedelta(days=1))
    with world.database.write() as session:
        actions.extend_block(session, world.person(), block_id, lasts=None, now=world.clock())
    assert world.block(block_id).expires_ms is None
    world.lift(block_id)
    with world.database.write() as session, pytest.raises(Conflict):
        actions.extend_block(session, world.person(), block_id, lasts=None, now=world.clock())


@pytest.mark.parametrize("seconds", [0, -5, 9, 10**12])
def test_a_block_lasts_from_ten_seconds_to_ten_years(seconds: int) -> None:
    with pytest.raises(Invalid) as told:
        lasting(seconds)
    assert told.value.field == "expires_in_s"


def test_a_failed_block_is_tried_at_once_when_somebody_asks_again(world: World) -> None:
    fake = world.firewall()
    fake.is_down = True
    block_id = world.ask()
    world.work_for(seconds=40)
    assert world.block(block_id).state is BlockState.FAILED
    fake.is_down = False
    world.ask()
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE
