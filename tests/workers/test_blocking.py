"""Blocks become facts at firewalls: told, read back, retried, lifted on time."""

import threading
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest

from lamis.base.errors import AuthFailed, Refused
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.blocking import claims, upkeep
from lamis.blocking.types import BlockState, ReceiptState
from lamis.connections import actions as connections
from lamis.connections import queries_firewalls
from lamis.storage.engine import Database
from tests.blocking.world import World
from tests.engines.waiting import PATIENCE_S, wait_until

IP = ip_network("203.0.113.9")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def firewall_ids(world: World) -> list[str]:
    with world.database.read() as session:
        return [each.connection.id for each in queries_firewalls.active_firewalls(session, EVERYTHING)]


def test_a_block_is_added_read_back_and_its_connections_ended(world: World) -> None:
    fake = world.firewall()
    fake.states = [ip_address("203.0.113.9"), ip_address("203.0.113.10")]
    block_id = world.ask()
    assert world.block(block_id).state is BlockState.REQUESTED
    world.work()
    block = world.block(block_id)
    assert (block.state, fake.table) == (BlockState.ACTIVE, {IP})
    (receipt,) = block.receipts
    assert [step for step, _ in receipt.steps] == ["requested", "added", "read back", "states ended"]
    assert receipt.detail == "Read back; 1 open connection ended."
    assert fake.states == [ip_address("203.0.113.10")]
    assert world.journal() == ["block.requested", "block.active"]


def test_a_firewall_that_says_done_and_does_nothing_is_not_believed(world: World) -> None:
    fake = world.firewall()
    fake.does_nothing = True
    block_id = world.ask()
    world.work()
    block = world.block(block_id)
    assert block.state is BlockState.APPLYING
    assert "its own list does not show it" in block.receipts[0].detail
    world.work_for(seconds=20)
    assert world.block(block_id).state is BlockState.FAILED
    fake.does_nothing = False
    world.work_for(minutes=5)
    assert world.block(block_id).state is BlockState.ACTIVE


def test_a_block_is_active_even_when_ending_connections_failed_and_says_so(world: World) -> None:
    fake = world.firewall()

    def fail(name: str) -> None:
        if name == "end_states":
            raise Refused("fw-1 lacks the privilege “Show States”.", permanent=True)

    fake.before = fail
    block_id = world.ask()
    world.work()
    block = world.block(block_id)
    assert block.state is BlockState.ACTIVE
    assert "could not be ended: fw-1 lacks the privilege" in block.receipts[0].detail


@pytest.mark.slow
def test_one_of_two_firewalls_down_is_partly_and_heals_by_itself(world: World) -> None:
    good, down = world.firewall("fw-1"), world.firewall("fw-2")
    down.is_down = True
    block_id = world.ask()
    world.work()
    assert world.block(block_id).state is BlockState.APPLYING
    world.work_for(seconds=40)
    block = world.block(block_id)
    assert block.state is BlockState.PARTLY
    assert [each.state for each in block.receipts] == [ReceiptState.ACTIVE, ReceiptState.FAILED]
    assert good.table == {IP}
    down.is_down = False
    world.work_for(seconds=61)
    assert world.block(block_id).state is BlockState.ACTIVE
    assert world.journal() == ["block.requested", "block.partly", "block.active"]


@pytest.mark.slow
def test_a_refused_key_fails_at_once_with_its_reason_and_rests_five_minutes(world: World) -> None:
    fake = world.firewall()
    fake.failure = AuthFailed("fw-1 does not accept this key.", code="auth_failed", permanent=True)
    block_id = world.ask()
    world.work()
    block = world.block(block_id)
    assert (block.state, block.receipts[0].detail) == (BlockState.FAILED, "fw-1 does not accept this key.")
    calls = len(fake.calls)
    world.work_for(seconds=30)
    assert len(fake.calls) == calls
    fake.failure = None
    world.work_for(minutes=5)
    assert world.block(block_id).state is BlockState.ACTIVE


def test_an_expired_block_is_lifted_once_and_read_back(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask(lasts=timedelta(hours=1))
    world.work()
    world.clock.forward(minutes=59, seconds=59)
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE
    world.clock.forward(seconds=1)
    world.work()
    world.work()
    block = world.block(block_id)
    assert (block.state, fake.table, block.lift_why) == (BlockState.LIFTED, set(), upkeep.EXPIRED)
    assert [name for name, _ in fake.calls].count("remove") == 1
    assert world.journal() == ["block.requested", "block.active", "block.lift_requested", "block.lifted"]


@pytest.mark.slow
def test_a_firewall_that_is_away_at_the_expiry_is_tried_until_it_is_gone(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask(lasts=timedelta(hours=1))
    world.work()
    fake.is_down = True
    world.clock.forward(hours=1)
    world.work_for(minutes=5)
    block = world.block(block_id)
    assert block.state is BlockState.LIFTING
    assert "cannot be reached" in block.receipts[0].detail
    fake.is_down = False
    world.work_for(seconds=61)
    assert (world.block(block_id).state, fake.table) == (BlockState.LIFTED, set())


def test_an_entry_that_stays_after_its_removal_is_not_called_lifted(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    fake.does_nothing = True
    world.lift(block_id)
    world.work()
    block = world.block(block_id)
    assert block.state is BlockState.LIFTING
    assert "still shows 203.0.113.9" in block.receipts[0].detail


def test_an_entry_that_stood_there_before_is_not_taken_away(world: World) -> None:
    fake = world.firewall()
    fake.put("203.0.113.9")
    block_id = world.ask()
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE
    assert "before LAMIS asked" in world.block(block_id).receipts[0].detail
    world.lift(block_id)
    world.work()
    assert (world.block(block_id).state, fake.table) == (BlockState.LIFTED, {IP})


def test_a_block_lifted_before_it_was_tried_touches_nothing(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.lift(block_id)
    world.work()
    assert world.block(block_id).state is BlockState.LIFTED
    assert not {"add", "remove"} & {name for name, _ in fake.calls}


def test_blocking_again_while_the_first_is_being_lifted_keeps_the_entry(world: World) -> None:
    fake = world.firewall()
    first = world.ask()
    world.work()
    fake.is_down = True
    world.lift(first)
    world.work()
    second = world.ask(actor=world.person(name="other"))
    assert second != first
    fake.is_down = False
    world.work_for(seconds=70)
    assert (world.block(first).state, world.block(second).state) == (BlockState.LIFTED, BlockState.ACTIVE)
    assert fake.table == {IP}
    world.lift(second)
    world.work()
    assert (world.block(second).state, fake.table) == (BlockState.LIFTED, set())


def test_the_guards_are_asked_again_before_the_push(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.firewall("fw-2", own="203.0.113.9/32")
    world.work()
    block = world.block(block_id)
    assert (block.state, fake.table) == (BlockState.FAILED, set())
    assert "is an address or gateway of the firewall itself" in block.receipts[0].detail


@pytest.mark.slow
def test_many_blocks_are_read_back_by_one_look_at_the_whole_list(world: World) -> None:
    fake = world.firewall()
    for last in range(1, 21):
        world.ask(f"203.0.113.{last}", is_confirmed=True)
    world.clock.forward(seconds=-1)
    world.clock.forward(seconds=1)
    world.work()
    assert len(fake.table) == 20
    names = [name for name, _ in fake.calls]
    assert (names.count("add"), names.count("holds")) == (20, 0)


def test_one_entry_that_is_refused_keeps_back_no_other(world: World) -> None:
    fake = world.firewall()
    ids = [world.ask(f"203.0.113.{last}") for last in (1, 2, 3)]

    def refuse(name: str) -> None:
        if name == "add" and fake.calls[-1][1] == ip_network("203.0.113.2"):
            raise Refused("fw-1 does not take that.", permanent=True)

    fake.before = refuse
    world.work()
    states = [world.block(each).state for each in ids]
    assert states == [BlockState.ACTIVE, BlockState.FAILED, BlockState.ACTIVE]


def test_a_paused_firewall_is_told_after_it_resumes(world: World) -> None:
    fake = world.firewall()
    (connection_id,) = firewall_ids(world)
    block_id = world.ask()
    with world.database.write() as session:
        connections.set_active(session, SYSTEM, connection_id, is_active=False, now=world.clock())
    world.work()
    assert (fake.calls, world.block(block_id).state) == ([], BlockState.REQUESTED)
    with world.database.write() as session:
        connections.set_active(session, SYSTEM, connection_id, is_active=True, now=world.clock())
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE


def test_a_removed_firewall_is_waited_for_no_longer(world: World) -> None:
    world.firewall("fw-1")
    down = world.firewall("fw-2")
    down.is_down = True
    block_id = world.ask()
    world.work()
    with world.database.write() as session:
        connections.remove_connection(session, SYSTEM, firewall_ids(world)[1], now=world.clock())
    world.work()
    block = world.block(block_id)
    assert (block.state, [each.firewall for each in block.receipts]) == (BlockState.ACTIVE, ["fw-1"])


def test_a_lift_at_a_removed_firewall_ends_and_says_what_is_not_known(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()
    world.work()
    fake.is_down = True
    world.lift(block_id)
    with world.database.write() as session:
        connections.remove_connection(session, SYSTEM, firewall_ids(world)[0], now=world.clock())
    world.work()
    block = world.block(block_id)
    assert (block.state, block.receipts[0].detail) == (BlockState.LIFTED, upkeep.GONE_FIREWALL)


def test_a_secret_that_cannot_be_opened_is_told_on_the_receipt(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    (connection_id,) = firewall_ids(world)
    with world.database.write() as session:
        row = queries_firewalls.stored_firewall(session, EVERYTHING, connection_id).connection
        row.sealed = "gAAAA-nonsense"
    world.work()
    block = world.block(block_id)
    assert block.state is BlockState.FAILED
    assert "cannot be decrypted" in block.receipts[0].detail


def test_two_workers_at_once_tell_the_firewall_once(world: World) -> None:
    fake = world.firewall()
    inside, go_on = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "add":
            inside.set()
            assert go_on.wait(PATIENCE_S)

    fake.before = wait
    block_id = world.ask()
    first = threading.Thread(target=world.work)
    first.start()
    assert inside.wait(PATIENCE_S)
    assert world.worker().look() == 0
    go_on.set()
    first.join(PATIENCE_S)
    assert world.block(block_id).state is BlockState.ACTIVE
    assert [name for name, _ in fake.calls].count("add") == 1


def test_what_a_worker_did_after_losing_its_claim_is_not_recorded(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask()

    def steal(name: str) -> None:
        if name == "add":
            world.clock.forward(seconds=31)
            with world.database.write() as session:
                assert claims.claim_firewall(session, now=world.clock()) is not None

    fake.before = steal
    world.work()
    assert world.block(block_id).receipts[0].state is ReceiptState.WAITING
    fake.before = lambda _name: None
    world.clock.forward(seconds=31)
    world.work()
    block = world.block(block_id)
    assert (block.state, fake.table) == (BlockState.ACTIVE, {IP})
    world.lift(block_id)
    world.work()
    assert fake.table == set()


def test_a_killed_workers_firewall_is_taken_up_again_within_thirty_seconds(world: World) -> None:
    world.firewall()
    world.work()
    block_id = world.ask()
    with world.database.write() as session:
        assert claims.claim_firewall(session, now=world.clock()) is not None
    world.clock.forward(seconds=24)
    assert world.work() == 0
    world.clock.forward(seconds=2)
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE


@pytest.mark.slow
def test_firewalls_that_fail_leave_threads_to_those_that_answer(world: World) -> None:
    for number in range(4):
        world.firewall(f"down-{number}").is_down = True
    good = world.firewall("good", tenant_key=world.globex)
    world.ask()
    world.work()
    world.clock.forward(minutes=10)
    inside, go_on = threading.Semaphore(0), threading.Event()

    def hang(_name: str) -> None:
        inside.release()
        assert go_on.wait(PATIENCE_S)

    for fake in world.fakes.values():
        if fake is not good:
            fake.before = hang
    threads = [threading.Thread(target=world.work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        assert inside.acquire(timeout=PATIENCE_S)
    block_id = world.ask("203.0.113.77", actor=SYSTEM, tenant_key=world.globex)
    wait_until(
        lambda: world.work() == 0 and world.block(block_id).state is BlockState.ACTIVE,
        what="the firewall that answers",
    )
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE_S)


def test_work_that_is_stopped_goes_on_after_the_next_start(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    world.blocker.stop()
    assert world.work() == 0
    world.worker().look()
    assert world.block(block_id).state is BlockState.ACTIVE


@pytest.mark.slow
def test_a_clock_that_went_back_by_a_day_delays_no_block_and_no_lift(world: World) -> None:
    fake = world.firewall()
    first = world.ask("203.0.113.1")
    world.work()
    world.clock.forward(days=2)
    world.work()
    fake.is_down = True
    world.lift(first)
    second = world.ask("203.0.113.2")
    world.work_for(seconds=30)
    fake.is_down = False
    world.clock.forward(days=-1.5)
    world.work()
    assert (world.block(first).state, world.block(second).state) == (BlockState.LIFTED, BlockState.ACTIVE)
    third = world.ask("203.0.113.3")
    world.work()
    assert world.block(third).state is BlockState.ACTIVE
