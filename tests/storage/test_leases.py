"""What only one process does at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from lamis.storage import leases
from lamis.storage.engine import Database
from tests.engines.waiting import PATIENCE_S

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
LASTS_MS = 10_000


def take(database: Database, holder: str, *, after_s: float = 0) -> bool:
    now = NOON + timedelta(seconds=after_s)
    with database.write() as session:
        return leases.take(session, leases.SCHEDULER, holder=holder, lasts_ms=LASTS_MS, now=now)


def test_one_holds_and_keeps_it_until_it_runs_out(database: Database) -> None:
    assert take(database, "one")
    assert not take(database, "two", after_s=9)
    assert take(database, "one", after_s=9)
    assert not take(database, "two", after_s=18)
    assert take(database, "two", after_s=19)
    assert not take(database, "one", after_s=19)


def test_what_is_dropped_is_free_at_once_and_only_its_holder_drops_it(database: Database) -> None:
    assert take(database, "one")
    with database.write() as session:
        leases.drop(session, leases.SCHEDULER, holder="two")
        assert leases.is_held(session, leases.SCHEDULER, now=NOON)
        leases.drop(session, leases.SCHEDULER, holder="one")
        assert not leases.is_held(session, leases.SCHEDULER, now=NOON)
    assert take(database, "two")


def test_a_clock_that_went_back_leaves_no_lease_for_ever(database: Database) -> None:
    assert take(database, "one", after_s=3600)
    assert take(database, "two")


def test_of_many_who_take_it_at_once_one_gets_it(database: Database) -> None:
    together = threading.Barrier(6)

    def one(number: int) -> bool:
        together.wait(PATIENCE_S)
        return take(database, f"process {number}")

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 1
