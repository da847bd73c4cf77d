"""Is it still the same deployment?"""

from datetime import timedelta
from typing import cast

import pytest

from lamis.base.clock import HOUR_MS
from lamis.connections.models import Connection
from lamis.connections.types import AlertSource, Identity
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.workers import identity
from tests.clock import NOON
from tests.workers.world import World, document


class Says:
    """A source that tells who it is, how many of the asked documents it holds, and its extent."""

    def __init__(self, found: Identity, *, holds: int = 0, bounds: tuple[int, int] | None = (1, 2)) -> None:
        self._found, self._holds, self._bounds = found, holds, bounds

    def identify(self) -> Identity:
        return self._found

    def has_documents(self, pairs: object) -> int:
        return self._holds

    def bounds(self) -> tuple[int, int] | None:
        return self._bounds


def look(database: Database, connection: Connection, source: Says) -> identity.Finding:
    return identity.look(database, connection, cast(AlertSource, source))


@pytest.fixture
def known(world: World, indexer: LocalIndexer) -> Connection:
    """A source with a stored document, known by its certificate only."""
    indexer.add(document(NOON, 1))
    source = world.connect(indexer)
    world.poll()
    row = world.connection(source)
    row.cluster_uuid, row.identity_fingerprint = None, "aa"
    return row


def test_a_new_certificate_is_taken_while_stored_documents_are_there(world: World, known: Connection) -> None:
    found = look(world.database, known, Says(Identity(None, "bb"), holds=3))
    assert (found.doubt, found.identity.fingerprint) == (None, "bb")


def test_no_stored_document_left_is_a_doubt_unless_the_source_is_empty(
    world: World, known: Connection
) -> None:
    assert look(world.database, known, Says(Identity(None, "aa"))).doubt
    assert look(world.database, known, Says(Identity(None, "aa"), bounds=None)).doubt is None


def test_a_newest_index_deleted_there_is_no_doubt(world: World, indexer: LocalIndexer) -> None:
    """Older documents are looked for before another deployment is suspected."""
    for days in (0, 1, 4):
        indexer.add(document(NOON - timedelta(days=days), days))
    source = world.connect(indexer, username=indexer.reader, password=indexer.reader_password, backfill="all")
    world.poll()
    indexer.delete_index("wazuh-alerts-4.x-2026.03.02")
    indexer.delete_index("wazuh-alerts-4.x-2026.03.01")
    world.poll(hours=2)
    assert not world.connection(source).is_identity_in_doubt
    assert world.ledger(source).expired == 2


def test_the_uuid_decides_where_both_are_readable(world: World, known: Connection) -> None:
    known.cluster_uuid = "one"
    assert look(world.database, known, Says(Identity("one", "bb"))).doubt is None
    assert "UUID" in (look(world.database, known, Says(Identity("two", "aa"), holds=20)).doubt or "")


def test_the_first_look_takes_what_it_finds(world: World, known: Connection) -> None:
    known.identity_fingerprint = None
    assert look(world.database, known, Says(Identity("one", "bb"))) == identity.Finding(Identity("one", "bb"))


def test_it_is_looked_at_hourly(known: Connection) -> None:
    known.identity_checked_ms = HOUR_MS
    assert not identity.is_due(known, now_ms=2 * HOUR_MS - 1)
    assert identity.is_due(known, now_ms=2 * HOUR_MS)
