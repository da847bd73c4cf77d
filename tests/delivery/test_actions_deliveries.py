"""Sending again, sending a test."""

import pytest

from lamis.base.errors import Conflict, NotAllowed, NotFound
from lamis.base.scope import SYSTEM, Actor, Role
from lamis.delivery import actions, actions_deliveries
from lamis.delivery.types import ClaimedDelivery, DeliveryState
from tests.delivery.world import LATER, NEVER, SENT, World


def send_again(world: World, delivery_id: str, actor: Actor = SYSTEM) -> str:
    with world.database.write() as session:
        return actions_deliveries.send_again(session, actor, delivery_id, now=world.now)


def begin_test(world: World, channel_id: str, actor: Actor = SYSTEM) -> ClaimedDelivery:
    with world.database.write() as session:
        return actions_deliveries.begin_test(session, actor, channel_id, public_url=None, now=world.now)


def failed(world: World) -> str:
    world.add()
    world.tell()
    world.notice()
    world.attempt(NEVER)
    return world.deliveries()[0].id


def test_a_failed_delivery_is_sent_again_with_the_same_id(world: World) -> None:
    delivery_id = failed(world)
    assert send_again(world, delivery_id) == "hook"
    claimed = world.claim()
    assert claimed is not None
    assert claimed.notice.id == delivery_id
    assert claimed.tries == 1
    world.record(claimed, SENT)
    (delivery,) = world.deliveries()
    assert delivery.state is DeliveryState.DELIVERED
    assert [each.number for each in world.attempts(delivery)] == [1, 2]


def test_what_is_being_sent_is_not_sent_again(world: World) -> None:
    world.add()
    world.tell()
    world.notice()
    world.claim()
    with pytest.raises(Conflict, match="right now"):
        send_again(world, world.deliveries()[0].id)


def test_there_is_nowhere_to_send_where_the_channel_is_off_or_gone(world: World) -> None:
    delivery_id = failed(world)
    channel_id = world.deliveries()[0].channel_id
    with world.database.write() as session:
        actions.set_active(session, SYSTEM, channel_id, is_active=False, now=world.now)
    with pytest.raises(Conflict, match="off"):
        send_again(world, delivery_id)
    with world.database.write() as session:
        actions.remove_channel(session, SYSTEM, channel_id, now=world.now)
    with pytest.raises(Conflict, match="removed"):
        send_again(world, delivery_id)


@pytest.mark.parametrize("outcome", [LATER, NEVER])
def test_a_test_is_tried_once_and_says_nothing_of_the_channels_health(world: World, outcome: object) -> None:
    channel = world.add()
    for _ in range(4):
        claimed = begin_test(world, channel.id)
        assert world.claim() is None
        world.record(claimed, LATER if outcome is LATER else NEVER)
    assert {each.state for each in world.deliveries()} == {DeliveryState.FAILED}
    assert world.channel(channel.id).health.failures == 0


def test_a_good_test_ends_a_channels_failing(world: World) -> None:
    failed(world)
    channel_id = world.deliveries()[0].channel_id
    assert world.channel(channel_id).health.is_failing
    world.record(begin_test(world, channel_id), SENT)
    assert not world.channel(channel_id).health.is_failing


def test_only_those_who_manage_channels_do_either(world: World) -> None:
    delivery_id = failed(world)
    channel_id = world.deliveries()[0].channel_id
    analyst = Actor("p" * 26, "nils", roles={world.acme.key: Role.ANALYST})
    stranger = Actor("p" * 26, "greg", roles={world.globex.key: Role.ADMIN})
    for actor, error in ((analyst, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            send_again(world, delivery_id, actor)
        with pytest.raises(error):
            begin_test(world, channel_id, actor)
