"""Killed at any moment, and read on by whoever comes next: nothing is lost, nothing is doubled."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lamis.base.clock import from_ms, to_ms, utc_now
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from tests.engines.waiting import wait_until
from tests.real.proof import documents_here, prove_recount
from tests.workers.world import World, document

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
KILLS = 6
DEADLINE_S = 90
FAULTS = (FaultKind.HALF_ANSWER, FaultKind.BROKEN_JSON, FaultKind.SHARDS_FAILED)


@contextmanager
def collecting(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Workers in a process of their own, killed at the end of the block whatever they do just then."""
    command = [sys.executable, "-m", "tests.workers.killable", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def rows(world: World) -> int:
    """How many documents were taken in, kept or refused."""
    statement = "SELECT (SELECT count(*) FROM alert) + (SELECT count(*) FROM refused_document)"
    with suppress(OperationalError), world.database.read() as session:
        return int(session.execute(text(statement)).scalar_one())
    return 0


def fill(indexer: LocalIndexer, dice: random.Random, *, documents: int) -> None:
    """A day of history: some of one millisecond, some sent twice, some without a time."""
    now_ms = to_ms(utc_now())
    for number in range(documents):
        age_ms = 3_600_000 if number % 10 == 0 else dice.randrange(1_000, 23 * 3_600_000)
        moment = None if number % 997 == 0 else from_ms(now_ms - age_ms)
        made = indexer.add(document(moment, number), index=f"wazuh-alerts-4.x-{number % 3}")
        if number % 20 == 0:
            indexer.resend(made)


def await_rows(world: World, at_least: int, *, then_s: float) -> None:
    """Wait until so many were taken in, and a moment longer."""
    wait_until(lambda: rows(world) >= at_least, timeout_s=DEADLINE_S, what="some progress")
    until = time.monotonic() + then_s
    wait_until(lambda: time.monotonic() > until, timeout_s=DEADLINE_S, what="a moment")


def is_taken(world: World, indexer: LocalIndexer) -> bool:
    return {(one.index, one.doc_id) for one in indexer.documents()} == world.stored() | world.refused()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_workers_killed_at_any_moment_lose_and_double_nothing(
    world: World, indexer: LocalIndexer, tmp_path: Path
) -> None:
    dice = random.Random(7)
    world.clock.now = utc_now()
    fill(indexer, dice, documents=20_000)
    source = world.connect(indexer, poll_s=1, backfill="all")
    for kill in range(KILLS):
        wanted = rows(world) + (0 if kill == 0 else dice.randrange(1, 3_500))
        pause_s = dice.random() / 5
        with collecting(tmp_path) as process:
            assert process.stdout is not None
            process.stdout.readline()
            indexer.fault(dice.choice(FAULTS), count=1)
            for number in range(20):
                indexer.add(document(utc_now() - timedelta(milliseconds=number), 10**6 + 100 * kill + number))
            await_rows(world, min(wanted, len(indexer.documents())), then_s=pause_s)
    indexer.clear_faults()
    with collecting(tmp_path):
        wait_until(lambda: is_taken(world, indexer), timeout_s=DEADLINE_S, what="everything stored")
        world.clock.now = utc_now()
        wait_until(lambda: world.ledger(source).is_complete, timeout_s=DEADLINE_S, what="a whole ledger")
    there = {(one.index, one.doc_id): one.raw for one in indexer.documents()}
    here = documents_here(world.database)
    assert here == {origin: there[origin] for origin in here}
    assert here.keys() | world.refused() == there.keys()
    assert len(world.refused()) == 1_000
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.refused) == (len(there), len(here), 1_000)
    prove_recount(world, source)
