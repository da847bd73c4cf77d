"""Forgetting old deliveries."""

from sqlalchemy import text

from lamis.base.clock import to_ms
from lamis.delivery.upkeep import forget_old
from tests.delivery.world import NEVER, World


def test_old_deliveries_go_with_their_attempts(world: World) -> None:
    world.add()
    world.tell()
    world.notice()
    world.attempt(NEVER)
    world.forward(days=1)
    kept = world.tell()
    world.notice()
    with world.database.write() as session:
        forget_old(session, before_ms=to_ms(world.now))
    assert [each.incident_id for each in world.deliveries()] == [kept]
    with world.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM delivery_attempt")) == 0
