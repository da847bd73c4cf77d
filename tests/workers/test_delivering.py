"""The chore that sends notifications, against a receiver on loopback."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest

from lamis.alerts.queries import page
from lamis.alerts.types import Filter
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connectors.registry import manifest
from lamis.delivery import actions, queries, queries_log
from lamis.delivery.drafts import parse_channel
from lamis.delivery.rules import TRIES
from lamis.delivery.types import (
    DeliveryInfo,
    DeliveryState,
    Notice,
    Outcome,
    Target,
    WebhookTarget,
)
from lamis.journal.actions import record, tenant_stream
from lamis.simulators.local import LocalIndexer
from lamis.simulators.receiver import Receiver, Reply
from lamis.workers.delivering import deliver
from lamis.workers.work import Unfinished, Work
from tests.workers.world import World


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def work_of(world: World) -> Work:
    return Work(world.runtime, world.clock, manifest, lambda _done, _total: None)


def add(world: World, url: str, name: str = "hook") -> str:
    draft = parse_channel({"name": name, "kind": "webhook", "url": url})
    with world.database.write() as session:
        channel_id, _ = actions.add_channel(
            session,
            SYSTEM,
            draft,
            tenant_key=world.tenant_key,
            vault=world.runtime.keys.vault,
            now=world.clock(),
        )
    return channel_id


def tell(world: World) -> None:
    with world.database.write() as session:
        record(
            session,
            tenant_stream(world.tenant_key),
            kind="incident.opened",
            actor="system",
            subject={"incident": new_id(), "severity": "high"},
            now=world.clock(),
        )


def log(world: World) -> list[DeliveryInfo]:
    with world.database.read() as session:
        return queries_log.deliveries(session, EVERYTHING)


def findings(world: World) -> list[str]:
    with world.database.read() as session:
        found = page(session, EVERYTHING, Filter(), limit=50)
    return [row.title for row in found.alerts if row.is_finding]


def test_an_incident_reaches_the_receiver(world: World, receiver: Receiver) -> None:
    add(world, receiver.url + "/hook")
    tell(world)
    deliver(work_of(world))
    deliver(work_of(world))
    (request,) = receiver.received
    (delivery,) = log(world)
    assert delivery.state is DeliveryState.DELIVERED
    assert request.headers["webhook-id"] == delivery.id


def test_what_fails_is_tried_again_until_it_comes_through(world: World, receiver: Receiver) -> None:
    add(world, receiver.url)
    receiver.replies.extend([Reply(500), Reply(503)])
    tell(world)
    for _ in range(3):
        deliver(work_of(world))
        world.clock.forward(minutes=1)
    assert len(receiver.received) == 3
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
    assert len({request.body for request in receiver.received}) == 1
    (delivery,) = log(world)
    assert (delivery.state, delivery.tries) == (DeliveryState.DELIVERED, 3)


def test_a_receiver_that_hangs_holds_up_only_itself(world: World, receiver: Receiver) -> None:
    held = threading.Event()
    with Receiver() as slow:
        slow.replies.append(Reply(204, held=held))
        add(world, slow.url, "slow")
        add(world, receiver.url, "quick")
        tell(world)
        tell(world)
        quick: list[datetime] = []

        def by(target: Target, notice: Notice, now: datetime) -> Outcome:
            from lamis.delivery.sending import send

            outcome = send(target, notice, now)
            if len(receiver.received) == 2:
                held.set()  # only now may the slow one go on
            quick.append(now)
            return outcome

        deliver(work_of(world), by=by)
        assert len(slow.received) == 2
    assert {each.state for each in log(world)} == {DeliveryState.DELIVERED}


def test_two_workers_at_once_send_each_delivery_once(world: World, receiver: Receiver) -> None:
    add(world, receiver.url)
    for _ in range(5):
        tell(world)
    workers = [threading.Thread(target=deliver, args=(work_of(world),)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(receiver.received) == 5
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 5
    assert {each.state for each in log(world)} == {DeliveryState.DELIVERED}


def test_a_worker_killed_between_sending_and_recording_leaves_a_doubt(
    world: World, receiver: Receiver
) -> None:
    add(world, receiver.url)
    tell(world)

    class Killed(BaseException):
        pass

    def by(target: Target, notice: Notice, now: datetime) -> Outcome:
        from lamis.delivery.sending import send

        send(target, notice, now)
        raise Killed

    with pytest.raises(Killed):
        deliver(work_of(world), by=by)
    world.clock.forward(seconds=31)
    deliver(work_of(world))
    (delivery,) = log(world)
    assert len(receiver.received) == 2
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.is_doubtful


@pytest.mark.slow
def test_a_channel_that_fails_is_told_of_once(
    world: World, receiver: Receiver, indexer: LocalIndexer
) -> None:
    world.connect(indexer)
    channel_id = add(world, receiver.url + "/bad")
    tell(world)
    for _ in range(5):
        deliver(work_of(world))
        world.clock.forward(minutes=11)
    assert findings(world) == ["Deliveries failing: the channel hook takes no notifications"]
    with world.database.read() as session:
        assert queries.channel_by_id(session, EVERYTHING, channel_id).health.is_failing


def test_a_tenant_without_a_source_has_nowhere_to_tell_it(world: World, receiver: Receiver) -> None:
    add(world, receiver.url)
    receiver.replies.append(Reply(404))
    tell(world)
    deliver(work_of(world))
    deliver(work_of(world))
    assert findings(world) == []
    with world.database.read() as session:
        assert queries.unreported(session, EVERYTHING) == []


def test_a_process_that_ends_stops_between_two_sends(world: World, receiver: Receiver) -> None:
    add(world, receiver.url)
    for _ in range(3):
        tell(world)

    def go_on(_done: int, _total: int | None) -> None:
        raise Unfinished

    def clock() -> datetime:
        return world.clock.forward(seconds=2)

    with pytest.raises(Unfinished):
        deliver(Work(world.runtime, clock, manifest, go_on))
    assert len(receiver.received) < 3


def test_an_attempt_that_fails_inside_lamis_is_counted_and_keeps_back_no_other(world: World) -> None:
    for name in ("bad", "good"):
        add(world, f"https://{name}.example/", name)
    tell(world)
    sent: list[str] = []

    def by(target: Target, notice: Notice, now: datetime) -> Outcome:
        assert isinstance(target, WebhookTarget)
        sent.append(target.url)
        if "bad" in target.url:
            raise RuntimeError("something nobody thought of")
        return Outcome(is_delivered=True)

    for _ in range(8):
        deliver(work_of(world), by=by)
        world.clock.forward(hours=8)
    assert [sent.count(f"https://{name}.example/") for name in ("bad", "good")] == [TRIES, 1]
    assert {each.channel_name: each.state for each in log(world)} == {
        "bad": DeliveryState.FAILED,
        "good": DeliveryState.DELIVERED,
    }
