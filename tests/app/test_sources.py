"""Trying and changing sources as the system."""

import pytest

from lamis.access.importing import import_connections
from lamis.app.sources import change_source, try_all
from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections.drafts import parse_draft
from lamis.connections.import_file import Entry
from lamis.connections.queries import connection_named
from lamis.simulators.local import LocalIndexer
from lamis.storage.runtime import Runtime
from tests.indexers import way_to


@pytest.fixture
def stored(runtime: Runtime, indexer: LocalIndexer) -> Runtime:
    """The runtime with one source `acme`."""
    values = {
        "name": "acme",
        **way_to(indexer),
    }
    (made,) = import_connections(runtime, SYSTEM, [Entry("acme", "Acme", parse_draft(values))])
    assert made.result.is_ok, made.result
    return runtime


def test_all_active_sources_are_tried_or_the_one_named(stored: Runtime) -> None:
    ended: list[int] = []
    (found,) = try_all(stored, each=lambda: ended.append(1))
    assert (found[0].name, found[1].code.value, ended) == ("acme", "ok", [1])
    assert try_all(stored, "ACME")[0][1].is_ok
    with pytest.raises(NotFound):
        try_all(stored, "none")


def test_a_change_that_passes_is_stored_and_keeps_the_secrets(stored: Runtime) -> None:
    assert change_source(stored, "acme", {"poll_s": 30}).is_ok
    with stored.database.read() as session:
        assert connection_named(session, EVERYTHING, "acme").poll_s == 30
    assert try_all(stored, "acme")[0][1].is_ok


def test_a_change_that_fails_is_not_stored(stored: Runtime) -> None:
    assert change_source(stored, "acme", {"poll_s": 60, "password": "wrong"}).code.value == "auth_failed"
    with stored.database.read() as session:
        assert connection_named(session, EVERYTHING, "acme").poll_s == 10
