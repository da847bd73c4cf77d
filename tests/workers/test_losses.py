"""Ways in which a document could be lost or taken twice, each closed."""

import json
import sqlite3
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from lamis.base.clock import to_ms
from lamis.connections import claims
from lamis.connections.claims import ClaimLost
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from lamis.workers.collector import Collector
from tests.clock import NOON
from tests.real.proof import documents_here, prove, prove_recount
from tests.workers.world import World, document, there

pytestmark = pytest.mark.slow


def raw_there(indexer: LocalIndexer) -> dict[tuple[str, str], bytes]:
    return {(one.index, one.doc_id): one.raw for one in indexer.documents()}


def test_a_document_larger_than_anybody_reads_is_recorded_by_its_id(
    world: World, indexer: LocalIndexer
) -> None:
    for number in range(50):
        indexer.add(document(NOON - timedelta(minutes=number), number))
    huge = indexer.add(document(NOON - timedelta(minutes=30), 99, full_log="x" * (65 << 20)))
    source = world.connect(indexer)
    world.poll()
    world.poll(minutes=5)
    assert world.connection(source).error_code is None
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.unreadable, ledger.is_complete) == (51, 51, 1, True)
    assert documents_here(world.database)[huge.index, huge.doc_id] == b"null"
    with world.database.read() as session:
        reasons = session.execute(text("SELECT unreadable FROM alert WHERE unreadable IS NOT NULL")).scalars()
        assert list(reasons) == ["larger than 64 MB"]


def test_one_id_in_two_indexes_is_two_documents(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    for name in ("a", "b", "c"):
        indexer.add(document(NOON, 1, n=name), index=f"wazuh-alerts-4.x-{name}", doc_id="same")
    world.poll()
    world.poll(minutes=5)
    assert len(prove(world, source, raw_there(indexer)).here) == 3


def test_one_id_in_two_indexes_and_a_crowded_millisecond_is_two_documents(
    world: World, indexer: LocalIndexer
) -> None:
    source = world.connect(indexer)
    for name in ("a", "b"):
        for number in range(5_100):
            raw = document(NOON, number, n=name)
            indexer.add(raw, index=f"wazuh-alerts-4.x-{name}", doc_id=f"d{number}")
    world.poll()
    world.poll(minutes=5)
    assert len(prove(world, source, raw_there(indexer)).here) == 10_200


def test_a_document_with_a_wazuh_time_only_is_one_of_the_undated(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    raw = json.dumps({"timestamp": "2026-03-02T10:00:00.000+0000", "rule": {"level": 3}, "id": "1"}).encode()
    indexer.add(raw, index="wazuh-alerts-4.x-x")
    indexer.add(raw, index="wazuh-alerts-4.x-x")
    indexer.add(document(NOON - timedelta(hours=2), 1))
    world.poll()
    world.poll(minutes=5)
    proved = prove(world, source, raw_there(indexer))
    assert (len(proved.here), len(proved.refused)) == (2, 1)


def test_a_time_that_reads_differently_here_is_counted_where_the_source_counts_it(
    world: World, indexer: LocalIndexer
) -> None:
    """A year alone is a date to an engine and a number of milliseconds to us."""
    source = world.connect(indexer, backfill="all")
    for number in range(40):
        indexer.add(document(NOON - timedelta(minutes=number), number))
    odd = document(None, 99)[:-1] + b', "@timestamp": "2026-03-02T11"}'
    indexer.indexer.documents.put(
        odd, index="wazuh-alerts-4.x-x", time_ms=to_ms(NOON - timedelta(hours=1)), doc_id="odd"
    )
    for _ in range(3):
        world.poll(minutes=5)
    assert world.stored() == there(indexer)
    assert world.ledger(source).is_complete


def test_windows_joined_in_a_rare_poll_are_not_counted_by_their_old_keys(
    world: World, indexer: LocalIndexer
) -> None:
    source = world.connect(indexer, poll_s=300)
    for number in range(12):
        indexer.add(document(world.clock.now, number))
        world.poll(seconds=40)
        assert world.connection(source).error_code is None
    prove(world, source, raw_there(indexer))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_whose_commit_fails_is_read_again(world: World, indexer: LocalIndexer) -> None:
    """As when the disk is full: SQLite refuses the commit, and every later one until there is room."""
    source = world.connect(indexer)
    for number in range(3_000):
        indexer.add(document(NOON - timedelta(seconds=number), number))
    with world.database.ingest() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages + 100}"))
    world.poll()
    assert 0 < len(world.stored()) < 3_000
    with world.database.ingest() as session:
        session.execute(text("PRAGMA max_page_count = 1073741823"))
    world.poll(minutes=5)
    assert len(prove(world, source, raw_there(indexer)).here) == 3_000


def test_two_collectors_never_read_one_source_at_once(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer, poll_s=1)
    for number in range(4_000):
        indexer.add(document(NOON - timedelta(seconds=number), number))
    other = Collector(world.runtime, clock=world.clock, measure=lambda _path: world.usage)
    indexer.fault(FaultKind.SLOW, delay_s=0.05)
    looks = [one.look for one in (world.collector, other) for _ in range(4)]
    threads = [threading.Thread(target=look) for look in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    counts = sum(ask.path.endswith("_search") and b"spans" in ask.body for ask in indexer.requests)
    assert counts <= 3, "one poll, and what it left"
    world.clock.forward(seconds=10)
    prove(world, source, raw_there(indexer))


def test_what_an_old_claim_brings_is_refused(world: World, indexer: LocalIndexer) -> None:
    """A worker that hung past its claim stores nothing once another has the source."""
    source = world.connect(indexer)
    for number in range(30):
        indexer.add(document(NOON - timedelta(minutes=number), number))
    with world.database.ingest() as session:
        old = claims.claim_next(session, now=world.clock())
    assert old is not None
    world.clock.forward(seconds=31)
    with world.database.ingest() as session:
        new = claims.claim_next(session, now=world.clock())
    assert new is not None
    with pytest.raises(ClaimLost), world.database.ingest() as session:
        claims.hold(session, old, now=world.clock())
    with pytest.raises(ClaimLost), world.database.ingest() as session:
        claims.let_go(session, old, due_ms=0, values={}, was_polled=True)
    with world.database.ingest() as session:
        claims.give_up(session, new)
    world.poll()
    prove(world, source, raw_there(indexer))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_killed_page_is_whole_or_not_there(world: World, indexer: LocalIndexer) -> None:
    """What a transaction had written when its process died is undone by the next to open the file."""
    source = world.connect(indexer)
    indexer.add(document(NOON, 1))
    world.poll()
    torn = sqlite3.connect(world.database.path, isolation_level=None)
    torn.execute("BEGIN IMMEDIATE")
    torn.execute("DELETE FROM alert")
    torn.close()
    prove_recount(world, source)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_store_that_refuses_the_outcome_does_not_end_the_worker(
    world: World, indexer: LocalIndexer
) -> None:
    source = world.connect(indexer)
    indexer.add(document(NOON, 1))
    with world.database.write() as session:
        session.execute(
            text(
                "CREATE TRIGGER full BEFORE UPDATE OF due_ms ON connection WHEN NEW.claimed_until_ms = 0"
                " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        )
    world.collector.look()
    assert world.connection(source).claimed_until_ms
    with world.database.write() as session:
        session.execute(text("DROP TRIGGER full"))
    world.clock.forward(seconds=31)
    world.collector.look()
    assert world.connection(source).last_good_ms
    prove(world, source, raw_there(indexer))
