"""Reading the log of deliveries."""

import pytest

from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, Scope
from lamis.delivery import queries_log
from lamis.delivery.types import DeliveryState
from tests.delivery.world import NEVER, World


def test_the_newest_come_first_and_a_cursor_goes_on_below(world: World) -> None:
    world.add()
    told = [world.tell() for _ in range(5)]
    world.notice()
    with world.database.read() as session:
        first = queries_log.deliveries(session, EVERYTHING, limit=3)
        rest = queries_log.deliveries(session, EVERYTHING, cursor=first[-1].id, limit=3)
    assert [each.incident_id for each in [*first, *rest]] == told[::-1]


def test_the_log_is_narrowed_by_state_channel_and_incident(world: World) -> None:
    one = world.add(name="one")
    world.add(name="two")
    incident = world.tell()
    world.tell()
    world.notice()
    world.attempt(NEVER)
    with world.database.read() as session:
        failed = queries_log.deliveries(session, EVERYTHING, state=DeliveryState.FAILED)
        of_one = queries_log.deliveries(session, EVERYTHING, channel_id=one.id)
        about = queries_log.deliveries(session, EVERYTHING, incident_id=incident)
        counts = queries_log.state_counts(session, EVERYTHING, since_ms=0)
        later = queries_log.state_counts(session, EVERYTHING, since_ms=world.now_ms + 1)
    assert len(failed) == 1
    assert {each.channel_name for each in of_one} == {"one"}
    assert len(about) == 2
    assert (counts[DeliveryState.FAILED], counts[DeliveryState.WAITING]) == (1, 3)
    assert set(later.values()) == {0}


def test_foreign_deliveries_are_not_found(world: World) -> None:
    world.add()
    world.tell()
    world.notice()
    world.attempt(NEVER)
    (delivery,) = world.deliveries()
    foreign = Scope(frozenset({world.globex.key}))
    with world.database.read() as session:
        assert queries_log.deliveries(session, foreign) == []
        assert queries_log.attempts(session, foreign, delivery.key) == []
        assert set(queries_log.state_counts(session, foreign, since_ms=0).values()) == {0}
        assert queries_log.due_delivery(session, foreign, now_ms=world.now_ms) is None
        for read in (queries_log.delivery_by_id, queries_log.delivery_row):
            with pytest.raises(NotFound):
                read(session, foreign, delivery.id)
        with pytest.raises(NotFound):
            queries_log.deliveries(session, foreign, cursor=delivery.id)
