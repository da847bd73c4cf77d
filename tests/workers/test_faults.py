"""Whatever a source does for a while, once it is well again the stored set is its own, each document once."""

from datetime import timedelta

import pytest

from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from tests.clock import NOON
from tests.workers.world import World, document, make_world, there

EXPECTED_CODES = {
    FaultKind.TOO_MANY_REQUESTS: "busy",
    FaultKind.BREAKER: "busy",
    FaultKind.NOT_INITIALIZED: "busy",
    FaultKind.ALL_SHARDS_FAILED: "busy",
    FaultKind.UNAUTHORIZED: "auth_failed",
    FaultKind.HTML_ERROR: "unexpected_answer",
    FaultKind.BROKEN_JSON: "unexpected_answer",
    FaultKind.REDIRECT: "unexpected_answer",
    FaultKind.PLAIN_TEXT: "unexpected_answer",
    FaultKind.TIMED_OUT: "busy",
    FaultKind.SHARDS_FAILED: "unexpected_answer",
    FaultKind.SHARDS_MISSING: "unexpected_answer",
    FaultKind.RED: "busy",
    FaultKind.WRONG_TOTAL: "unexpected_answer",
    FaultKind.EMPTY_PAGE: "unexpected_answer",
}


def fill(indexer: LocalIndexer) -> None:
    for number in range(60):
        indexer.add(document(NOON - timedelta(minutes=number), number))


def heal(world: World, indexer: LocalIndexer) -> None:
    indexer.clear_faults()
    for _ in range(3):
        world.poll(minutes=11)


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXPECTED_CODES)
def test_a_source_that_was_ill_is_complete_afterwards(
    world: World, indexer: LocalIndexer, kind: FaultKind
) -> None:
    source = world.connect(indexer)
    fill(indexer)
    indexer.fault(kind, on="search")
    for _ in range(3):
        world.poll()
    ill = world.connection(source)
    assert ill.error_code == EXPECTED_CODES[kind]
    assert ill.failures == 3
    assert world.stored() <= there(indexer)
    heal(world, indexer)
    assert world.stored() == there(indexer)
    well = world.connection(source)
    assert (well.error_code, well.failures, well.failing_since_ms) == (None, 0, None)
    assert world.ledger(source).is_complete


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FaultKind.HALF_ANSWER, FaultKind.TOO_MANY_REQUESTS, FaultKind.BROKEN_JSON])
@pytest.mark.parametrize("good_answers", range(1, 5))
def test_an_illness_at_any_request_loses_nothing(
    world: World, indexer: LocalIndexer, kind: FaultKind, good_answers: int
) -> None:
    source = world.connect(indexer)
    fill(indexer)
    polls = 0
    while polls < 8:
        indexer.fault(kind, count=1)
        world.poll()
        for number in range(good_answers):
            indexer.add(document(world.clock.now, 1000 * (polls + 1) + number))
        polls += 1
    heal(world, indexer)
    assert world.stored() == there(indexer)
    assert world.ledger(source).is_complete


@pytest.mark.slow
def test_a_source_that_hangs_ends_at_its_deadline(
    database: Database, tmp_path_factory: pytest.TempPathFactory, indexer: LocalIndexer
) -> None:
    with make_world(database, tmp_path_factory.mktemp("data"), read_timeout_s=0.3) as world:
        source = world.connect(indexer)
        fill(indexer)
        for kind in (FaultKind.HANG, FaultKind.DRIP):
            indexer.fault(kind, delay_s=0.2)
            world.poll()
            assert world.connection(source).error_code == "timeout"
            indexer.clear_faults()
        heal(world, indexer)
        assert world.stored() == there(indexer)


@pytest.mark.slow
def test_a_restarted_node_is_read_on(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    fill(indexer)
    world.poll()
    indexer.stop()
    world.poll()
    assert world.connection(source).error_code == "unreachable"
    indexer.start()
    indexer.add(document(NOON, 99))
    heal(world, indexer)
    assert world.stored() == there(indexer)


def test_a_refused_password_is_not_hammered(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    indexer.set_password("another-one-now-1")
    world.poll()
    asked = len(indexer.requests)
    for _ in range(20):
        world.clock.forward(seconds=10)
        world.collector.look()
    assert len(indexer.requests) == asked
    assert world.connection(source).error_code == "auth_failed"
    world.poll()
    assert len(indexer.requests) == asked + 1


def test_a_busy_source_is_asked_for_smaller_pages(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    before = world.connection(source).page_size
    indexer.fault(FaultKind.BREAKER, on="search")
    world.poll()
    assert world.connection(source).page_size == before // 2


def test_what_a_source_asks_to_wait_is_waited(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer)
    indexer.fault(FaultKind.TOO_MANY_REQUESTS, retry_after_s=50, count=1)
    world.poll()
    asked = len(indexer.requests)
    world.clock.forward(seconds=49)
    assert world.collector.look() == 0
    assert len(indexer.requests) == asked
    world.clock.forward(seconds=20)
    assert world.collector.look() == 1
