"""Claims, attempts and what becomes of them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.delivery import actions, outbox, queries, rules
from lamis.delivery.types import AttemptResult, DeliveryState
from lamis.storage.engine import Database
from tests.delivery.world import GONE, LATER, MAIL, NEVER, SENT, World, make_world
from tests.engines.locks import wait_for_a_waiter


def due(world: World, **channel: object) -> None:
    world.add(**channel)
    world.tell()
    world.notice()


def test_a_delivery_that_is_taken_is_done(world: World) -> None:
    due(world)
    world.attempt(SENT)
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.tries, delivery.finished_ms) == (
        DeliveryState.DELIVERED,
        1,
        world.now_ms,
    )
    assert [(each.number, each.result, each.status) for each in world.attempts(delivery)] == [
        (1, AttemptResult.DELIVERED, 204)
    ]
    world.forward(days=1)
    assert world.claim() is None


def test_attempts_go_on_with_growing_pauses_until_it_is_given_up(world: World) -> None:
    due(world)
    pauses = []
    for _ in range(rules.TRIES - 1):
        recorded = world.attempt(LATER)
        assert not recorded.has_given_up
        (delivery,) = world.deliveries()
        assert world.claim() is None
        pauses.append((delivery.due_ms - world.now_ms) / 1000)
        world.forward(seconds=pauses[-1])
    assert world.attempt(LATER).has_given_up
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.tries) == (DeliveryState.FAILED, 7)
    for pause, about in zip(pauses, (5, 30, 120, 600, 3600, 21_600), strict=True):
        assert 0.8 * about <= pause <= 1.2 * about


def test_a_refusal_for_good_is_not_tried_again(world: World) -> None:
    due(world)
    assert world.attempt(NEVER).has_given_up
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, NEVER.error)


def test_a_channel_whose_receiver_is_gone_is_switched_off(world: World) -> None:
    channel = world.add()
    world.tell()
    world.tell()
    world.notice()
    assert world.attempt(GONE).is_switched_off
    found = world.channel(channel.id)
    assert not found.is_active
    assert "410" in found.off_reason
    assert {each.state for each in world.deliveries()} == {DeliveryState.FAILED, DeliveryState.DROPPED}
    assert world.journal() == ["channel.added", "channel.switched_off"]
    assert world.claim() is None


def test_a_worker_that_died_leaves_a_doubt(world: World) -> None:
    due(world, **MAIL)
    killed = world.claim()
    assert killed is not None
    assert world.claim() is None
    world.forward(milliseconds=rules.CLAIM_MS)
    world.attempt(SENT)
    (delivery,) = world.deliveries()
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.is_doubtful
    assert [each.result for each in world.attempts(delivery)] == [
        AttemptResult.INTERRUPTED,
        AttemptResult.DELIVERED,
    ]


def test_what_a_slow_worker_records_late_is_refused(world: World) -> None:
    due(world)
    slow = world.claim()
    world.forward(milliseconds=rules.CLAIM_MS)
    quick = world.claim()
    assert slow is not None
    assert quick is not None
    assert world.record(slow, NEVER).is_lost
    assert not world.record(quick, SENT).is_lost
    (delivery,) = world.deliveries()
    assert delivery.state is DeliveryState.DELIVERED


def test_two_workers_at_once_take_a_delivery_once(world: World) -> None:
    due(world)
    start, taken = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        with world.database.write() as session:
            taken.append(outbox.claim_next(session, now=world.now))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([each for each in taken if each is not None]) == 1


def test_a_busy_channel_does_not_hold_up_another(world: World) -> None:
    first = world.add(name="one")
    second = world.add(name="two")
    world.tell()
    world.notice()
    with world.database.write() as session:
        claimed = outbox.claim_next(session, now=world.now, busy={first.key})
    assert claimed is not None
    assert claimed.channel_key == second.key
    with world.database.read() as session:
        assert not outbox.is_due(session, now=world.now, busy={first.key, second.key})


@pytest.mark.parametrize("outcome", [LATER, NEVER])
def test_a_channel_fails_until_a_delivery_comes_through(world: World, outcome: object) -> None:
    channel = world.add()
    world.tell()
    world.notice()
    for _ in range(1 if outcome is NEVER else rules.FAILING_AFTER):
        assert not world.channel(channel.id).health.is_failing
        world.attempt(NEVER if outcome is NEVER else LATER)
        world.forward(hours=7)
    failing = world.channel(channel.id).health
    assert failing.is_failing
    assert failing.failing_since_ms is not None
    assert failing.error
    world.tell()
    world.notice()
    while world.channel(channel.id).health.is_failing:
        world.attempt(SENT)
    well = world.channel(channel.id).health
    assert (well.failures, well.failing_since_ms, well.error) == (0, None, "")
    assert well.last_sent_ms == world.now_ms


def test_an_attempt_whose_delivery_was_dropped_meanwhile_says_how_it_went(world: World) -> None:
    channel = world.add()
    world.tell()
    world.notice()
    claimed = world.claim()
    assert claimed is not None
    with world.database.write() as session:
        actions.set_active(session, SYSTEM, channel.id, is_active=False, now=world.now)
    assert world.record(claimed, SENT).is_lost
    (delivery,) = world.deliveries()
    assert delivery.state is DeliveryState.DROPPED
    assert [each.result for each in world.attempts(delivery)] == [AttemptResult.DELIVERED]


def test_a_clock_that_went_back_by_a_day_delays_no_delivery(world: World) -> None:
    world.add()
    world.tell()
    world.notice()
    assert world.claim() is not None
    world.forward(days=-1)
    assert world.claim() is not None


@pytest.mark.engine
def test_switching_off_beside_the_recording_of_an_attempt_waits_for_nobody_who_waits_for_it(
    postgres_database: Database,
) -> None:
    world = make_world(postgres_database)
    hook = world.add()
    world.tell()
    world.notice()
    claimed = world.claim()
    assert claimed is not None

    with ThreadPoolExecutor() as pool:
        with world.database.write() as session:
            queries.channel_row(session, EVERYTHING, hook.id).is_active = False
            session.flush()
            recording = pool.submit(world.record, claimed)
            wait_for_a_waiter(world.database, "the worker at the lock")
            actions.drop_waiting(session, SYSTEM, hook.key, why="It was switched off.", now=world.now)
        assert recording.result().is_lost
    assert [each.state for each in world.deliveries()] == [DeliveryState.DROPPED]


@pytest.mark.engine
def test_who_is_too_late_for_a_delivery_takes_the_next_one(postgres_database: Database) -> None:
    world = make_world(postgres_database)
    world.add(name="one")
    world.add(name="two")
    world.tell()
    world.notice()
    with ThreadPoolExecutor() as pool:
        with world.database.write() as session:
            assert (taken := outbox.claim_next(session, now=world.now))
            late = pool.submit(world.claim)
            wait_for_a_waiter(world.database, "the second worker at the lock")
        assert (other := late.result())
    assert taken.key != other.key
