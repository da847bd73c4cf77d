"""Expiry, and forgetting what is old."""

from datetime import timedelta

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING
from lamis.blocking import queries_work, upkeep
from tests.blocking.world import World


def test_a_block_expires_once_and_not_before_its_time(world: World) -> None:
    world.firewall()
    block_id = world.ask(lasts=timedelta(hours=1))

    def expire() -> bool:
        with world.database.write() as session:
            return upkeep.expire(session, block_id, tenant_key=world.acme, now=world.clock())

    assert not expire()
    world.clock.forward(hours=1)
    assert expire()
    assert not expire()
    assert world.journal().count("block.lift_requested") == 1


def test_old_drifts_are_forgotten_and_blocks_are_not(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    fake.forget()
    world.clock.forward(minutes=5)
    world.work()
    with world.database.write() as session:
        upkeep.forget_old(session, before_ms=to_ms(world.clock()) + 1)
    with world.database.read() as session:
        assert queries_work.drifts(session, EVERYTHING) == []
    assert world.block(block_id).stands
