"""What changes while or after it is read, on a real indexer: late, re-sent, deleted, restarted, refused."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from lamis.base.scope import SYSTEM
from lamis.connections import actions
from lamis.connections.types import AlertSource, Endpoint, Generation, Page, Span, TestCode, WindowState
from lamis.connectors.registry import manifest
from lamis.connectors.types import Manifest
from lamis.connectors.wazuh.source import WazuhAlerts, open_alerts
from lamis.workers.collector import Collector
from tests.clock import NOON
from tests.engines.opensearch import Engine
from tests.real.proof import documents_here, prove_recount
from tests.real.world import ALERTS, READER, alert, connect, day_of, draft_for, edit, prove_all, put, tried
from tests.workers.world import World

pytestmark = [pytest.mark.engine, pytest.mark.slow]
DAY = day_of(NOON)


def a_day(engine: Engine, *, documents: int = 600) -> None:
    """A day of alerts, evenly spread, in the two daily indexes that it touches."""
    step = timedelta(hours=23) / documents
    for number in range(documents):
        moment = NOON - number * step
        if number == 0:
            batches: dict[str, list[tuple[str | None, bytes]]] = {}
        batches.setdefault(day_of(moment), []).append(alert(moment, number))
    for index, batch in batches.items():
        put(engine, *batch, index=index)


def test_late_documents_are_found_in_time(world: World, opensearch2: Engine) -> None:
    a_day(opensearch2)
    source = connect(world, opensearch2)
    world.poll()
    for number, age in enumerate([timedelta(seconds=75), timedelta(hours=5), timedelta(hours=22)]):
        put(opensearch2, alert(world.clock.now - age, 1_000 + number), index=DAY)
    world.poll(minutes=9)
    prove_all(world, source, opensearch2)
    old = world.clock.now - timedelta(days=30)
    put(opensearch2, alert(old, 2_000), index=day_of(old))
    world.poll(hours=23)
    assert len(prove_all(world, source, opensearch2).here) == 604


def test_resent_documents_are_refused_and_different_ones_of_one_identity_kept(
    world: World, opensearch2: Engine
) -> None:
    first = [alert(NOON - timedelta(minutes=number), number) for number in range(300)]
    put(opensearch2, *first, index=DAY)
    source = connect(world, opensearch2)
    world.poll()
    other = [(None, raw.replace(b'"x"', b'"another"')) for _, raw in first[:100]]
    respelt = [(None, json.dumps(json.loads(raw), indent=None, sort_keys=True).encode()) for _, raw in first]
    put(opensearch2, *first, *other, *respelt, index=DAY)
    world.poll(minutes=9)
    proved = prove_all(world, source, opensearch2)
    assert (len(proved.here), len(proved.refused)) == (400, 600)
    with world.database.write() as session:
        actions.ask_reread(
            session, SYSTEM, source, since=NOON - timedelta(days=1), until=NOON, now=world.clock()
        )
    world.poll()
    again = prove_all(world, source, opensearch2)
    assert (again.here, again.refused) == (proved.here, proved.refused)


def test_an_index_deleted_there_after_it_was_read_leaves_expired(world: World, opensearch2: Engine) -> None:
    a_day(opensearch2)
    source = connect(world, opensearch2)
    world.poll()
    before = documents_here(world.database)
    yesterday = day_of(NOON - timedelta(days=1))
    opensearch2.delete_index(yesterday)
    world.poll(minutes=9)
    world.poll(hours=25)
    ledger = world.ledger(source)
    assert world.connection(source).error_code is None
    assert ledger.is_complete
    assert ledger.expired == sum(index == yesterday for index, _ in before)
    assert documents_here(world.database) == before
    states = {tile.state for tile in world.tiles(source) if tile.kept > (tile.there or 0)}
    assert states == {WindowState.EXPIRED}
    prove_recount(world, source)


def test_every_index_deleted_there_leaves_expired_and_collecting_goes_on(
    world: World, opensearch2: Engine
) -> None:
    a_day(opensearch2)
    source = connect(world, opensearch2)
    world.poll()
    for index in {index for index, _ in documents_here(world.database)}:
        opensearch2.delete_index(index)
    world.poll(minutes=9)
    world.poll(hours=2)
    assert world.ledger(source).expired == 600
    moment = world.clock.now
    put(opensearch2, alert(moment, 1), index="wazuh-alerts-4.x-new")
    world.poll()
    assert len(documents_here(world.database)) == 601
    assert world.ledger(source).is_complete


def test_a_deleted_newest_index_is_no_other_deployment(world: World, opensearch2: Engine) -> None:
    a_day(opensearch2)
    source = connect(world, opensearch2)
    world.poll()
    opensearch2.delete_index(DAY)
    world.poll(hours=2)
    found = world.connection(source)
    assert not found.is_identity_in_doubt, found.error_text
    assert world.ledger(source).expired > 0


class Meddling(WazuhAlerts):
    """The real arm; `meddle` happens after its first page of documents."""

    meddle: Callable[[], None] | None = None

    def read(self, span: Span, *, size: int) -> Iterator[Page]:
        for page in super().read(span, size=min(size, 50)):
            yield page
            meddle, Meddling.meddle = Meddling.meddle, None
            if meddle:
                meddle()


@pytest.fixture
def meddled(world: World) -> Iterator[World]:
    """A world whose collector's arm is tampered with in the middle of a read."""

    def opened(endpoint: Endpoint, *, generation: Generation | None) -> AlertSource:
        return Meddling(endpoint, generation=generation)

    def manifest_of(kind: str) -> Manifest:
        return replace(manifest(kind), open_alerts=opened)

    assert manifest("wazuh").open_alerts is open_alerts
    world.collector = Collector(
        world.runtime, clock=world.clock, manifest_of=manifest_of, measure=lambda _path: world.usage
    )
    yield world
    Meddling.meddle = None


def test_an_index_deleted_while_it_is_read_ends_balanced(meddled: World, opensearch2: Engine) -> None:
    a_day(opensearch2)
    source = connect(meddled, opensearch2)
    Meddling.meddle = lambda: opensearch2.delete_index(day_of(NOON - timedelta(days=1)))
    for _ in range(4):
        meddled.poll(minutes=11)
    assert Meddling.meddle is None
    ledger = meddled.ledger(source)
    assert ledger.is_complete
    assert ledger.there == opensearch2.count(ALERTS)
    assert ledger.here == ledger.there + ledger.expired
    prove_recount(meddled, source)


def test_a_node_restarted_in_the_middle_of_a_back_fill_is_read_to_the_end(
    meddled: World, opensearch2: Engine
) -> None:
    a_day(opensearch2, documents=2_000)
    source = connect(meddled, opensearch2)
    Meddling.meddle = opensearch2.stop
    meddled.poll()
    assert Meddling.meddle is None
    assert meddled.connection(source).error_code in {"unreachable", "timeout"}
    assert 0 < len(documents_here(meddled.database)) < 2_000
    opensearch2.restart()
    for _ in range(3):
        meddled.poll(minutes=2)
    assert len(prove_all(meddled, source, opensearch2).here) == 2_000


def test_a_password_revoked_while_collecting_stops_it_until_it_is_entered_again(
    meddled: World, opensearch2: Engine
) -> None:
    a_day(opensearch2)
    source = connect(meddled, opensearch2)

    def revoke() -> None:
        opensearch2.create_reader(READER[0], "Another-lamp-8-Hills", [ALERTS])

    Meddling.meddle = revoke
    meddled.poll()
    meddled.poll()
    assert meddled.connection(source).error_code == "auth_failed"
    assert edit(meddled, source, opensearch2, password="Wrong-again-9-Times") is TestCode.AUTH_FAILED
    assert meddled.connection(source).error_code == "auth_failed"
    assert edit(meddled, source, opensearch2, password="Another-lamp-8-Hills") is TestCode.OK
    meddled.collector.look()
    assert meddled.connection(source).error_code is None
    prove_all(meddled, source, opensearch2)


def test_a_pattern_that_matches_nothing_is_told_and_read_once_it_does(
    world: World, opensearch2: Engine
) -> None:
    nothing = draft_for(opensearch2, index_pattern="wazuh-alerts-5.x-*")
    opensearch2.create_reader(*READER, [ALERTS])
    assert tried(world, nothing).code is TestCode.NO_INDEX
    source = connect(world, opensearch2, is_tested=False, index_pattern="wazuh-alerts-5.x-*")
    world.poll()
    assert world.ledger(source).is_complete
    put(opensearch2, alert(NOON, 1), index="wazuh-alerts-5.x-2026.03.02")
    world.poll()
    world.poll(minutes=5)
    assert len(prove_all(world, source, opensearch2).here) == 1


def test_a_pattern_that_hits_a_forbidden_index_is_told_and_read_once_allowed(
    world: World, opensearch2: Engine
) -> None:
    a_day(opensearch2, documents=60)
    put(opensearch2, alert(NOON, 1_000), index="wazuh-alerts-secret")
    pattern = f"{DAY},wazuh-alerts-secret"
    opensearch2.create_reader(*READER, [DAY])
    assert tried(world, draft_for(opensearch2, index_pattern=pattern)).code is TestCode.NOT_ALLOWED
    source = connect(world, opensearch2, reads=[DAY], is_tested=False, index_pattern=pattern)
    world.poll()
    assert world.connection(source).error_code == "not_allowed"
    assert world.ledger(source).here == 0
    opensearch2.create_reader(*READER, [ALERTS])
    world.poll()
    prove_all(world, source, opensearch2, pattern=pattern)


def test_documents_that_arrive_all_the_while_are_all_stored(world: World, opensearch2: Engine) -> None:
    source = connect(world, opensearch2, is_tested=False)
    is_over = threading.Event()

    def write() -> None:
        for number in range(40):
            moments = [NOON + timedelta(seconds=number, milliseconds=20 * n) for n in range(50)]
            opensearch2.bulk_raw(DAY, [alert(at, 100 * number + n) for n, at in enumerate(moments)])
            opensearch2.request("POST", f"/{DAY}/_refresh")
        is_over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not is_over.is_set():
        world.poll(seconds=1)
    writer.join()
    world.poll(minutes=9)
    assert len(prove_all(world, source, opensearch2).here) == 2_000


def test_one_document_put_there_for_another_is_read(world: World, opensearch2: Engine) -> None:
    old = [
        (f"old-{number}", raw)
        for number, (_, raw) in enumerate(alert(NOON - timedelta(hours=5), n) for n in range(6))
    ]
    put(opensearch2, *old, index=DAY)
    opensearch2.create_reader(*READER, ["wazuh-alerts-*"])
    source = connect(world, opensearch2)
    world.poll()
    world.poll(minutes=9)
    opensearch2.request("DELETE", f"/{DAY}/_doc/old-3?refresh=true")
    put(opensearch2, alert(NOON - timedelta(hours=5), 77), index=DAY)
    world.poll(minutes=9)
    assert len(documents_here(world.database)) == 7
    tile = next(one for one in world.tiles(source) if one.kept)
    assert (tile.there, tile.kept) == (6, 7)
    before = tile.read_ms
    world.poll(minutes=9)
    assert next(one for one in world.tiles(source) if one.kept).read_ms == before
