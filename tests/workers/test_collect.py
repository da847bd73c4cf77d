"""The collector against a simulated source: what is there is stored here, each document once."""

from datetime import timedelta

from lamis.simulators.local import LocalIndexer
from tests.workers.world import NOON, World, document, there


def test_a_poll_stores_what_is_new(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    world.poll()
    indexer.add(document(world.clock.now + timedelta(seconds=3), 1))
    world.poll()
    assert world.stored() == there(indexer)
    assert world.connection(source).error_code is None
    assert world.ledger(source).is_complete


def test_the_last_day_is_read_when_a_source_is_new(world: World, indexer: LocalIndexer) -> None:
    for minutes in range(0, 24 * 60, 7):
        indexer.add(document(NOON - timedelta(minutes=minutes), minutes))
    source = world.connect(indexer)
    world.poll()
    assert len(world.stored()) == len(there(indexer)) == 206
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.missing, ledger.waiting) == (206, 206, 0, 0)
