"""Importing connections against a simulated indexer."""

from lamis.app.import_file import Entry
from lamis.app.importing import import_connections
from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING
from lamis.connections.drafts import parse_draft
from lamis.connections.queries import sources
from lamis.simulators.local import LocalIndexer
from lamis.storage.runtime import Runtime


def _entry(indexer: LocalIndexer, name: str, **change: object) -> Entry:
    values: dict[str, object] = {
        "name": name,
        "url": indexer.url,
        "username": indexer.username,
        "password": indexer.password,
        "ca_pem": indexer.ca_pem,
    }
    return Entry(name, "Acme", parse_draft(values | change))


def _names(runtime: Runtime) -> list[str]:
    with runtime.database.read() as session:
        return [source.name for source in sources(session, EVERYTHING, now=utc_now())]


def test_the_good_are_stored_and_the_others_named_with_their_code(
    runtime: Runtime, indexer: LocalIndexer, alarms: list[str]
) -> None:
    tested: list[int] = []
    entries = [
        _entry(indexer, "good"),
        _entry(indexer, "wrong password", password="wrong"),
        Entry("unreadable", "Acme", None, "urls: none"),
        _entry(indexer, "strange", ca_pem=None),
    ]
    found = import_connections(runtime, entries, each=lambda: tested.append(1))
    assert [each.result.code.value for each in found] == ["ok", "auth_failed", "invalid", "tls_not_trusted"]
    assert [each.connection_id is not None for each in found] == [True, False, False, False]
    assert _names(runtime) == ["good"]
    assert len(tested) == 4
    assert alarms == ["collect"]


def test_a_dry_run_tests_and_stores_nothing(runtime: Runtime, indexer: LocalIndexer) -> None:
    (found,) = import_connections(runtime, [_entry(indexer, "good")], is_dry=True)
    assert found.result.is_ok
    assert found.connection_id is None
    assert _names(runtime) == []


def test_the_same_source_twice_is_refused_by_name(runtime: Runtime, indexer: LocalIndexer) -> None:
    found = import_connections(runtime, [_entry(indexer, "one"), _entry(indexer, "two")])
    assert [each.result.code.value for each in found] == ["ok", "invalid"]
    assert _names(runtime) == ["one"]
