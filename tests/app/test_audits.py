"""The audit of sources: the ledger beside the stored rows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lamis.alerts.expiry import expire
from lamis.app.audits import Audit, audit_sources, audit_values
from lamis.base.clock import DAY_MS, to_ms
from lamis.base.errors import NotFound
from lamis.base.scope import SYSTEM
from lamis.connections import actions
from lamis.connections.types import ConnectionKind
from lamis.connectors.registry import manifest
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.workers.texts import text_of
from tests.clock import NOON
from tests.workers.world import World, document, make_world


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    with make_world(database, tmp_path) as made:
        yield made


@pytest.fixture
def indexer() -> Iterator[LocalIndexer]:
    """An indexer of its own: what others left at theirs would be counted."""
    with LocalIndexer() as found:
        yield found


def audited(world: World) -> Audit:
    (found,) = audit_sources(world.runtime, "branch", hours=24, now=world.clock())
    return found


def lose(world: World, number: int) -> None:
    """Delete rows behind the back of the windows, with all that hangs on them."""
    vendor = text_of(manifest(ConnectionKind.WAZUH))
    later = to_ms(world.clock()) + DAY_MS
    with world.database.ingest() as session:
        assert expire(session, world.tenant_key, later, number, text_of=vendor).n == number


def filled(world: World, indexer: LocalIndexer) -> str:
    source = world.connect(indexer)
    for number in range(10):
        indexer.add(document(NOON - timedelta(minutes=7 * number), number))
    world.poll()
    return source


def test_rows_that_agree_with_the_ledger_are_complete(world: World, indexer: LocalIndexer) -> None:
    filled(world, indexer)
    found = audited(world)
    assert (found.here, found.lost, found.is_short, found.completeness) == (10, 0, False, 1.0)
    assert found.warning == ""
    assert audit_values(found)["is_complete"] is True
    assert [each.name for each in audit_sources(world.runtime, hours=1, now=world.clock())] == ["branch"]
    with pytest.raises(NotFound):
        audit_sources(world.runtime, "none", hours=1, now=world.clock())


def test_rows_that_went_behind_its_back_are_not_complete(world: World, indexer: LocalIndexer) -> None:
    filled(world, indexer)
    lose(world, 3)
    found = audited(world)
    assert (found.here, found.lost, found.is_short, found.completeness) == (7, 3, True, 0.7)
    assert "3 documents that were stored here cannot be found any more" in found.warning
    assert "read again" in found.warning
    assert audit_values(found) | {"lines": []} == audit_values(found) | {
        "lines": [], "lost": 3, "is_complete": False, "completeness": 0.7,
        "recounted": {"here": 7, "refused": 0},
    }  # fmt: skip


def test_a_reread_brings_them_back_and_sets_the_ledger_right(world: World, indexer: LocalIndexer) -> None:
    source = filled(world, indexer)
    lose(world, 3)
    with world.database.write() as session:
        since, until = NOON - timedelta(hours=3), NOON + timedelta(hours=1)
        actions.ask_reread(session, SYSTEM, source, since=since, until=until, now=world.clock())
    world.poll()
    found = audited(world)
    assert (found.here, found.ledger.here, found.ledger.there) == (10, 10, 10)
    assert (found.is_short, found.ledger.is_complete) == (False, True)


def test_what_retention_took_is_not_lost(world: World, indexer: LocalIndexer) -> None:
    filled(world, indexer)
    lose(world, 3)
    world.clock.forward(days=400)
    assert audited(world).lost == 0


def test_a_document_that_cannot_be_read_is_not_lost(world: World, indexer: LocalIndexer) -> None:
    """Its source knows its time, which LAMIS cannot read: its row is one without a time."""
    moment = to_ms(NOON - timedelta(minutes=8))
    put = indexer.indexer.documents.put
    put(b'["not", "an", "object"]', index="wazuh-alerts-4.x-x", time_ms=moment, doc_id="odd")
    indexer.add(document(None, 99))
    filled(world, indexer)
    found = audited(world)
    assert (found.here, found.ledger.here, found.lost) == (12, 12, 0)
    lose(world, 3)
    assert audited(world).lost == 3
