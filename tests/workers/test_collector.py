"""Claims among workers, killed workers, edits while reading, the disk guard."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import actions, claims, queries, queries_windows
from lamis.connections.types import AlertSource, Count, Endpoint, Generation, HealthWord, Span, WindowState
from lamis.connectors.registry import manifest
from lamis.simulators.local import LocalIndexer
from lamis.storage.tables import InstallationState
from lamis.workers import reading
from lamis.workers.chores import Chores
from lamis.workers.collector import Collector
from lamis.workers.disk import Usage
from tests.clock import NOON
from tests.workers.world import PLENTY, World, document, there


class Killed(BaseException):
    """The process dies here: nothing after it runs."""


def claim(world: World) -> claims.Claim | None:
    with world.database.ingest() as session:
        return claims.claim_next(session, now=world.clock())


def test_two_workers_at_once_read_a_source_once(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer)
    for number in range(50):
        indexer.add(document(NOON, number))
    other = Collector(world.runtime, clock=world.clock, measure=lambda _path: PLENTY)
    gate = threading.Barrier(2)
    done: list[int] = []

    def work(collector: Collector) -> None:
        gate.wait()
        done.append(collector.look())

    threads = [threading.Thread(target=work, args=(one,)) for one in (world.collector, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sum(done) == 1
    assert world.stored() == there(indexer)


def test_only_one_of_two_claims_is_given(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer)
    assert claim(world) is not None
    assert claim(world) is None


def test_a_killed_workers_source_is_taken_up_within_half_a_minute(
    world: World, indexer: LocalIndexer
) -> None:
    world.connect(indexer)
    assert claim(world)
    world.clock.forward(seconds=11)
    assert world.collector.look() == 0
    world.clock.forward(seconds=2)
    assert world.collector.look() == 1


def test_a_renewed_claim_is_kept(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer)
    held = claim(world)
    assert held
    world.clock.forward(seconds=9)
    with world.database.ingest() as session:
        assert claims.renew(session, held, now=world.clock())
    world.clock.forward(seconds=9)
    assert world.collector.look() == 0


def test_what_an_old_claim_records_is_refused(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer)
    old = claim(world)
    world.clock.forward(seconds=31)
    new = claim(world)
    assert old
    assert new
    with world.database.ingest() as session, pytest.raises(claims.ClaimLost):
        claims.hold(session, old, now=world.clock())
    with world.database.ingest() as session, pytest.raises(claims.ClaimLost):
        claims.let_go(session, old, due_ms=0, values={}, was_polled=True)
    with world.database.ingest() as session:
        claims.hold(session, new, now=world.clock())
        assert not claims.renew(session, old, now=world.clock())


def test_a_start_lets_every_claim_go(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer, poll_s=3600)
    world.poll()
    held = claim(world)
    assert held is None
    world.collector.start()
    assert world.collector.look() == 1


@pytest.mark.parametrize("place", ["receive", "finished", "counted", "cut_future"])
@pytest.mark.parametrize("turn", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_worker_killed_at_any_step_loses_nothing(
    world: World, indexer: LocalIndexer, monkeypatch: pytest.MonkeyPatch, place: str, turn: int
) -> None:
    source = world.connect(indexer)
    for number in range(1200):
        indexer.add(document(NOON.replace(hour=9 + number % 3), number))
    owner = reading if place == "receive" else reading.tiling
    really, left = getattr(owner, place), [turn]

    def dies(*args: object, **named: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return really(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(owner, place, dies)
        for _ in range(2):
            try:
                world.poll()
            except Killed:
                break
    world.poll(seconds=31)
    assert world.stored() == there(indexer)
    ledger = world.ledger(source)
    assert (ledger.there, ledger.here, ledger.missing, ledger.waiting) == (1200, 1200, 0, 0)
    world.tiles(source)


class EditsMeanwhile:
    """A source whose connection somebody edits while it is being read."""

    def __init__(self, source: AlertSource, edit: "threading.Event", world: World, name: str) -> None:
        self._source, self._edit, self._world, self._name = source, edit, world, name

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def read(self, span: Span, *, size: int) -> object:
        if not self._edit.is_set():
            self._edit.set()
            with self._world.database.write() as session:
                actions.set_active(session, SYSTEM, self._name, is_active=False, now=self._world.clock())
        return self._source.read(span, size=size)


def test_a_source_that_is_paused_while_it_is_read_stores_no_more(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    indexer.add(document(NOON, 1))
    vendor, edited = manifest("wazuh"), threading.Event()

    class Vendor:
        kind, translate, text_version = vendor.kind, staticmethod(vendor.translate), vendor.text_version

        def open_alerts(self, endpoint: object, *, generation: object) -> object:
            opened = vendor.open_alerts(endpoint, generation=generation)  # type: ignore[arg-type]
            return EditsMeanwhile(opened, edited, world, source)

    collector = Collector(
        world.runtime,
        manifest_of=lambda _kind: Vendor(),
        clock=world.clock,
        measure=lambda _path: PLENTY,  # type: ignore[arg-type,return-value]
    )
    collector.look()
    collector.close()
    assert edited.is_set()
    assert world.stored() == set()
    with world.database.write() as session:
        actions.set_active(session, SYSTEM, source, is_active=True, now=world.clock())
    world.poll()
    assert world.stored() == there(indexer)


def test_collecting_rests_while_the_disk_is_full_and_goes_on_by_itself(
    world: World, indexer: LocalIndexer
) -> None:
    source = world.connect(indexer)
    world.poll()
    indexer.add(document(world.clock.now, 1))
    world.usage = Usage(1 << 40, 0, 100 << 20)
    world.poll()
    assert world.stored() == set()
    with world.database.read() as session:
        assert "100 MB" in (queries.resting(session) or "")
        health = queries.source_by_id(session, EVERYTHING, source, now=world.clock()).health
    assert health.word is HealthWord.RESTING
    world.usage = PLENTY
    world.clock.forward(seconds=10)
    world.collector.look()
    assert world.stored() == there(indexer)
    with world.database.read() as session:
        assert queries.resting(session) is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_disk_too_full_to_store_why_collecting_rests_is_told_once_it_can_be(world: World) -> None:
    trigger = "CREATE TRIGGER full BEFORE INSERT ON {} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    table = InstallationState.__tablename__
    with world.database.write() as session:
        session.execute(text(trigger.format(table)))
    world.usage = Usage(1 << 40, 0, 0)
    with pytest.raises(DBAPIError):
        world.collector.look()
    with world.database.write() as session:
        session.execute(text("DROP TRIGGER full"))
    assert world.collector.look() == 0
    with world.database.read() as session:
        assert "0 MB" in (queries.resting(session) or "")


def test_a_secret_that_cannot_be_decrypted_is_not_polled(
    world: World, indexer: LocalIndexer, tmp_path: Path
) -> None:
    source = world.connect(indexer)
    with world.database.write() as session:
        queries.connection_by_id(session, EVERYTHING, source).sealed = "made with another key"
    world.poll()
    assert indexer.requests == []
    found = world.connection(source)
    assert found.error_code == "secret_unreadable"
    assert "password again" in (found.error_text or "")


def test_a_refresh_is_answered_by_a_good_or_a_failed_poll(world: World, indexer: LocalIndexer) -> None:
    source = world.connect(indexer)
    world.poll()
    with world.database.write() as session:
        actions.ask_refresh(session, SYSTEM, connection_id=source)
        assert not queries.is_refreshed(session, EVERYTHING)
    indexer.stop()
    world.collector.look()
    with world.database.read() as session:
        assert queries.is_refreshed(session, EVERYTHING)
        assert queries_windows.active_connections(session, EVERYTHING)


def test_a_refresh_does_not_wait_for_the_back_fill(world: World, indexer: LocalIndexer) -> None:
    for hours in range(20, 23):
        indexer.add(document(NOON - timedelta(hours=hours), hours))
    source = world.connect(indexer, poll_s=3600)
    asked_at: list[int] = []

    def counting(endpoint: Endpoint, *, generation: Generation | None = None) -> AlertSource:
        made = manifest("wazuh").open_alerts(endpoint, generation=generation)
        count = made.count

        def counted(spans: Sequence[Span], *, marked: Collection[int] = ()) -> list[Count]:
            if len(asked_at) == 1:
                with world.database.write() as session:
                    actions.ask_refresh(session, SYSTEM)
            asked_at.append(world.connection(source).refresh_done)
            return count(spans, marked=marked)

        made.count = counted  # type: ignore[method-assign]
        return made

    collector = Collector(
        world.runtime,
        manifest_of=lambda kind: replace(manifest(kind), open_alerts=counting),
        clock=world.clock,
        measure=lambda _: PLENTY,
    )
    collector.look()
    collector.close()
    # the poll of the new source, the back-fill that the Refresh ends, its poll, the rest
    assert asked_at[:4] == [0, 0, 0, 1]
    assert len(world.stored()) == 3


@pytest.mark.slow
def test_retention_beside_a_count_fails_no_poll(world: World, indexer: LocalIndexer) -> None:
    indexer.add(document(NOON - timedelta(days=3), 1))
    source = world.connect(indexer, backfill="all")
    world.poll()
    has_run: list[int] = []

    def beside(endpoint: Endpoint, *, generation: Generation | None = None) -> AlertSource:
        made = manifest("wazuh").open_alerts(endpoint, generation=generation)
        count = made.count

        def counted(spans: Sequence[Span], *, marked: Collection[int] = ()) -> list[Count]:
            found = count(spans, marked=marked)
            if not has_run:
                chores = Chores(world.runtime, clock=world.clock)
                chores.start()
                has_run.append(chores.look())
            return found

        made.count = counted  # type: ignore[method-assign]
        return made

    world.collector.close()
    world.collector = Collector(
        world.runtime,
        manifest_of=lambda kind: replace(manifest(kind), open_alerts=beside),
        clock=world.clock,
        measure=lambda _: PLENTY,
    )
    world.poll(days=100)
    assert has_run
    assert world.connection(source).error_code is None
    assert world.connection(source).failures == 0
    oldest = min(world.tiles(source), key=lambda tile: (tile.undated, tile.from_ms))
    assert oldest.state is WindowState.NOT_ASKED


def test_failing_sources_keep_at_most_half_of_the_threads(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer, name="failing")
    world.connect(indexer, name="healthy", index_pattern="wazuh-alerts-4.x-*")
    with world.database.write() as session:
        queries.connection_named(session, EVERYTHING, "failing").failures = 3
    with world.database.ingest() as session:
        first = claims.claim_next(session, now=world.clock(), healthy_only=True)
        assert first is not None
        assert first.connection.name == "healthy"
        assert claims.claim_next(session, now=world.clock(), healthy_only=True) is None


@pytest.mark.slow
def test_the_budget_of_requests_is_kept(world: World, indexer: LocalIndexer) -> None:
    world.runtime.settings.__dict__["requests_per_minute"] = 12
    world.connect(indexer, poll_s=1)
    for second in range(60):
        indexer.add(document(world.clock.now, second))
        world.clock.forward(seconds=1)
        world.collector.look()
    assert len(indexer.requests) <= 12 + 12 + 4


def test_a_budget_that_just_lets_a_window_be_counted_lets_it_be_read(
    world: World, indexer: LocalIndexer
) -> None:
    world.runtime.settings.__dict__["requests_per_minute"] = 12
    world.connect(indexer, poll_s=3600)
    world.poll()
    indexer.add(document(NOON - timedelta(hours=3, minutes=7), 1))
    world.clock.forward(minutes=10)
    with world.database.write() as session:
        connection = queries.connection_named(session, EVERYTHING, "branch")
        connection.tokens_milli, connection.tokens_ms = 0, to_ms(world.clock.now)
    for _ in range(60):
        world.clock.forward(seconds=1)
        world.collector.look()
    assert world.stored() == there(indexer)
