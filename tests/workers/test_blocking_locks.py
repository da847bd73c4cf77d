"""Workers and people who change the same blocks at the same moment, where rows are locked."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from lamis.base.scope import EVERYTHING
from lamis.blocking import queries, settling
from lamis.blocking.types import BlockState
from lamis.storage.engine import Database
from tests.blocking.world import World
from tests.engines.waiting import wait_until


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
            assert is_locked.wait(10)

    def somebody_waits() -> bool:
        with postgres_database.reader.connect() as connection:
            return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    fake.before = before
    with ThreadPoolExecutor() as pool:
        working = pool.submit(world.work)
        assert is_recording.wait(10)
        with postgres_database.write() as session:
            row = queries.block_row(session, EVERYTHING, block_id)
            is_locked.set()
            wait_until(somebody_waits, timeout_s=10, what="the worker at the lock")
            settling.begin_lift(session, row, by="Nils", by_id="p", why="done", now=world.clock())
        working.result()
    world.work()
    block = world.block(block_id)
    assert (block.state, fake.table) == (BlockState.LIFTED, set())
    assert "failed inside LAMIS" not in block.receipts[0].detail
