"""The collector against a simulated source: what is there is stored here, each document once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from lamis.base.clock import to_ms
from lamis.base.errors import BadAnswer
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import actions, queries
from lamis.connections.types import HIGHEST, Page, Span, TestCode, WindowState
from lamis.connectors.registry import manifest
from lamis.connectors.types import Manifest
from lamis.connectors.wazuh.source import WazuhAlerts
from lamis.simulators.documents import Document
from lamis.simulators.exchange import Ask
from lamis.simulators.local import LocalIndexer
from lamis.storage.precedence import Precedence
from lamis.workers import reading
from lamis.workers.collector import Collector
from tests.clock import NOON
from tests.workers.world import World, document, there


def forget(indexer: LocalIndexer, gone: Document) -> None:
    """Have the source delete one document, as by a query of its own."""
    (index,) = indexer.indexer.documents.matching(gone.index)
    index.dated.remove(gone)
    del index.by_id[gone.doc_id]


def reads(indexer: LocalIndexer) -> list[Ask]:
    """The requests for documents; the others count."""
    return [ask for ask in indexer.requests if ask.path.endswith("/_search") and b'"size":0' not in ask.body]


def read_as(indexer: LocalIndexer, document: Document, at: datetime) -> None:
    """Have the source find a document at another time than its bytes tell, as other parsers of dates do."""
    (index,) = indexer.indexer.documents.matching(document.index)
    index.dated.remove(document)
    document.time_ms = to_ms(at)
    index.dated.append(document)
    index.dated.sort(key=lambda one: one.time_ms or 0)


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


def test_a_late_document_is_found_within_ten_minutes(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    world.poll()
    indexer.add(document(NOON - timedelta(hours=3, minutes=7), 1))
    world.poll(minutes=5)
    assert world.stored() == there(indexer)
    assert world.ledger(source).is_complete


def test_a_time_that_the_source_reads_otherwise_is_read_once_and_balances(
    world: World, indexer: LocalIndexer
) -> None:
    for minutes in range(0, 12 * 60, 20):
        indexer.add(document(NOON - timedelta(minutes=minutes), minutes))
    odd = indexer.add(document(NOON - timedelta(hours=4, minutes=30), 1))
    read_as(indexer, odd, NOON - timedelta(hours=3, minutes=30))
    source = world.connect(indexer)
    world.poll()
    assert world.stored() == there(indexer)
    assert world.ledger(source).is_complete
    assert [tile for tile in world.tiles(source) if tile.differs] == []
    before = len(reads(indexer))
    for _ in range(3):
        world.poll(minutes=5)
    assert len(reads(indexer)) == before


def test_a_document_older_than_a_day_is_found_within_a_day(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer, backfill="7d")
    world.poll()
    indexer.add(document(NOON - timedelta(days=3), 1))
    world.poll(hours=13)
    assert world.stored() == there(indexer)


def test_a_resent_document_is_refused_and_balances(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    kept = indexer.add(document(NOON, 1))
    world.poll()
    again = indexer.resend(kept)
    world.poll()
    assert world.stored() == {(kept.index, kept.doc_id)}
    assert world.refused() == {(again.index, again.doc_id)}
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.refused, ledger.missing) == (2, 1, 1, 0)


@pytest.mark.slow
def test_future_ancient_and_undated_documents_are_stored_once(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer, backfill="all")
    indexer.add(document(NOON + timedelta(hours=1), 1))
    indexer.add(document(NOON.replace(year=2100), 2))
    indexer.add(document(NOON.replace(year=1975), 3))
    indexer.add(document(NOON.replace(year=2012), 4))
    indexer.add(document(None, 5), index="wazuh-alerts-4.x-2026.03.02")
    for _ in range(4):
        world.poll(minutes=25)
        indexer.add(document(world.clock.now + timedelta(hours=1), int(world.clock.now.timestamp())))
    world.poll()
    assert world.stored() == there(indexer)
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.missing, ledger.waiting) == (9, 9, 0, 0)
    world.tiles(source)


def test_a_source_is_read_as_far_back_as_asked(world: World, indexer: LocalIndexer) -> None:
    for days in range(20):
        indexer.add(document(NOON - timedelta(days=days, minutes=1), days))
    day = world.connect(indexer)
    world.poll()
    assert len(world.stored()) == 1
    assert world.ledger(day).not_asked_before_ms is not None
    values = {"name": "branch", "url": indexer.url, "username": indexer.username, "ca_pem": indexer.ca_pem}
    world.edit(day, **values, backfill="7d")
    world.poll()
    assert len(world.stored()) == 7
    world.edit(day, **values, backfill="all")
    world.poll()
    assert world.stored() == there(indexer)
    assert world.ledger(day).not_asked_before_ms is None
    world.tiles(day)


@pytest.mark.slow
def test_thousands_in_one_millisecond_are_stored_once(world: World, indexer: LocalIndexer) -> None:
    indexer.add_many(document(NOON - timedelta(hours=2), number) for number in range(12_500))
    source = world.connect(indexer)
    world.poll()
    assert len(world.stored()) == 12_500
    assert world.ledger(source).is_complete


@pytest.mark.slow
def test_a_window_with_too_many_documents_is_split(world: World, indexer: LocalIndexer) -> None:
    indexer.add_many(
        document(NOON - timedelta(hours=2, seconds=number / 20), number) for number in range(21_000)
    )
    source = world.connect(indexer)
    world.poll()
    assert world.stored() == there(indexer)
    assert len(world.tiles(source)) > 27
    assert world.ledger(source).is_complete


@pytest.mark.slow
def test_neighbours_are_joined_as_they_age(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    for number in range(200):
        indexer.add(document(world.clock.now + timedelta(seconds=4), number))
        world.poll(seconds=30)
    assert world.stored() == there(indexer)
    assert len(world.tiles(source)) < 60
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here) == (200, 200)


def test_an_index_that_is_deleted_there_leaves_its_hours_expired(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer, backfill="7d")
    index = indexer.add(document(NOON - timedelta(days=2), 1)).index
    indexer.add(document(NOON - timedelta(minutes=2), 2))
    world.poll()
    indexer.delete_index(index)
    world.poll(hours=13)
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.expired, ledger.missing) == (1, 2, 1, 0)
    assert WindowState.EXPIRED in {line.state for line in ledger.lines}


def test_an_index_that_is_closed_there_leaves_its_hours_missing_and_its_source_well(
    world: World, indexer: LocalIndexer
) -> None:
    source = world.connect(indexer, backfill="7d")
    closed = indexer.add(document(NOON - timedelta(days=2), 1)).index
    deleted = indexer.add(document(NOON - timedelta(days=3), 2)).index
    indexer.add(document(NOON - timedelta(minutes=2), 3))
    world.poll()
    indexer.close_index(closed)
    indexer.delete_index(deleted)
    world.poll(hours=13)
    assert world.connection(source).error_code is None
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.expired, ledger.missing) == (1, 3, 1, 0)
    assert {WindowState.MISSING, WindowState.EXPIRED} <= {line.state for line in ledger.lines}


def test_a_single_document_deleted_there_is_missing_not_expired(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    gone = indexer.add(document(NOON - timedelta(minutes=90), 1))
    indexer.add(document(NOON - timedelta(minutes=91), 2))
    world.poll()
    forget(indexer, gone)
    world.poll(minutes=5)
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.expired) == (1, 2, 0)
    assert WindowState.MISSING in {line.state for line in ledger.lines}


def test_a_changed_level_floor_proves_every_window_anew(world: World, indexer: LocalIndexer) -> None:
    for level in (3, 7, 12):
        indexer.add(document(NOON - timedelta(minutes=level), level, rule={"id": "1", "level": level}))
    source = world.connect(indexer, level_floor=7)
    world.poll()
    assert len(world.stored()) == 2
    values = {"name": "branch", "url": indexer.url, "username": indexer.username, "ca_pem": indexer.ca_pem}
    world.edit(source, **values)
    world.poll()
    assert world.stored() == there(indexer)
    assert world.ledger(source).here == 3
    world.edit(source, **values, level_floor=12)
    world.poll()
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.missing) == (1, 1, 0)


def test_another_cluster_at_the_address_stops_collecting_until_accepted(
    world: World, indexer: LocalIndexer
) -> None:
    source = world.connect(indexer)
    indexer.add(document(NOON, 1))
    world.poll()
    indexer.cluster_uuid = "another-cluster-uuid-1"
    indexer.add(document(NOON + timedelta(minutes=61), 2))
    world.poll(hours=2)
    assert len(world.stored()) == 1
    assert world.connection(source).is_identity_in_doubt
    assert world.connection(source).error_code == "identity_changed"
    world.poll(hours=1)
    assert len(world.stored()) == 1
    with world.database.write() as session:
        actions.accept_identity(session, SYSTEM, source, now=world.clock())
    world.poll()
    assert world.stored() == there(indexer)
    assert world.connection(source).cluster_uuid == "another-cluster-uuid-1"


def test_a_reader_of_least_privilege_is_known_by_its_stored_documents(
    world: World, indexer: LocalIndexer
) -> None:
    indexer.add(document(NOON, 1))
    source = world.connect(indexer, username=indexer.reader, password=indexer.reader_password)
    world.poll()
    with world.database.write() as session:
        row = queries.connection_by_id(session, EVERYTHING, source)
        row.identity_fingerprint = "0" * 64  # as if the certificate had been renewed since
    world.poll(hours=2)
    assert not world.connection(source).is_identity_in_doubt
    indexer.delete_index("wazuh-alerts-4.x-2026.03.02")
    indexer.add(document(world.clock.now, 2), index="wazuh-alerts-4.x-2026.03.03")
    world.poll(hours=2)
    assert world.connection(source).is_identity_in_doubt


class Stubborn(WazuhAlerts):
    """An arm that cannot read a span with some moment in it, while `is_stuck` holds something."""

    stuck: ClassVar[list[int]] = []

    def read(self, span: Span, *, size: int) -> Iterator[Page]:
        if any((span.from_ms or 0) <= at < (span.to_ms or HIGHEST) for at in self.stuck):
            raise BadAnswer("It gave another number than it counts.", code=TestCode.UNEXPECTED_ANSWER)
        return super().read(span, size=size)


@pytest.mark.slow
def test_hours_that_cannot_be_read_are_told_until_they_were_read(world: World, indexer: LocalIndexer) -> None:
    def stubborn(kind: str) -> Manifest:
        return replace(manifest(kind), open_alerts=Stubborn)

    world.collector.close()
    world.collector = Collector(
        world.runtime, clock=world.clock, measure=lambda _path: world.usage, manifest_of=stubborn
    )
    at = NOON - timedelta(hours=5, minutes=7)
    indexer.add(document(at, 1))
    source = world.connect(indexer)

    def told() -> str | None:
        found = world.connection(source).health.get("window_error")
        return None if found is None else str(found)

    Stubborn.stuck.append(to_ms(at))
    world.poll()
    assert told() == "branch: some hours cannot be read. It gave another number than it counts."
    for _ in range(3):
        world.poll()
        assert told() is not None, "polls of what is new do not read these hours"
    Stubborn.stuck.clear()
    world.poll(minutes=11)
    assert world.stored() == there(indexer)
    assert told() is None


class _Given(Precedence):
    """Counts how often way was given."""

    times = 0

    def give_way(self) -> None:
        self.times += 1


def test_translating_gives_way_between_small_parts(
    world: World, indexer: LocalIndexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "TRANSLATED_AT_ONCE", 5)
    world.connect(indexer)
    world.poll()
    given = world.database.precedence = _Given()
    world.poll()
    alone, given.times = given.times, 0
    for number in range(50):
        indexer.add(document(world.clock.now + timedelta(seconds=3), number))
    world.poll()
    assert given.times >= alone + 50 // 5
