"""Workers and people who change the same blocks at the same moment, where rows are locked."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lamis.base.scope import EVERYTHING
from lamis.blocking import claims, queries, settling
from lamis.blocking.types import BlockState
from lamis.storage.engine import Database
from tests.blocking.world import World
from tests.engines.locks import wait_for_a_waiter
from tests.engines.waiting import PATIENCE_S


@pytest.mark.engine
def test_a_lift_beside_the_recording_of_a_worker_waits_for_nobody_who_waits_for_it(
    postgres_database: Database,
) -> None:
    world = World(postgres_database)
    fake = world.firewall()
    block_id = world.ask()
    is_recording, is_locked = threading.Event(), threading.Event()

    def before(name: str) -> None:
        if name == "end_states":
            is_recording.set()
            assert is_locked.wait(PATIENCE_S)

    fake.before = before
    with ThreadPoolExecutor() as pool:
        working = pool.submit(world.work)
        assert is_recording.wait(PATIENCE_S)
        with postgres_database.write() as session:
            row = queries.block_row(session, EVERYTHING, block_id)
            is_locked.set()
            wait_for_a_waiter(postgres_database, "the worker at the lock")
            settling.begin_lift(session, row, by="Nils", by_id="p", why="done", now=world.clock())
        working.result()
    world.work()
    block = world.block(block_id)
    assert (block.state, fake.table) == (BlockState.LIFTED, set())
    assert "failed inside LAMIS" not in block.receipts[0].detail


@pytest.mark.engine
def test_who_is_too_late_for_a_firewall_takes_the_next_one(postgres_database: Database) -> None:
    world = World(postgres_database)
    world.firewall("fw-1")
    world.firewall("fw-2")
    world.ask()

    def claim() -> claims.ClaimedFirewall | None:
        with postgres_database.write() as session:
            return claims.claim_firewall(session, now=world.clock())

    with ThreadPoolExecutor() as pool:
        with postgres_database.write() as session:
            assert (taken := claims.claim_firewall(session, now=world.clock()))
            late = pool.submit(claim)
            wait_for_a_waiter(postgres_database, "the second worker at the lock")
        assert (other := late.result())
    assert taken.connection_key != other.connection_key
