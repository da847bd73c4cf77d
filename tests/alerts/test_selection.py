"""What a filter means in a scope."""

from lamis.alerts.selection import active_connections, select_alerts, select_documents
from lamis.alerts.types import Filter, Severity
from lamis.connections.models import Connection
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.world import ALL, NORTH, SOUTH, document, put


def test_the_kept_counts_answer_only_what_they_can(store: Database) -> None:
    put(store, document(1))
    high = frozenset({Severity.HIGH})
    with store.read() as session:
        connection = driver(session)
        plain = [ALL, Filter(severities=high), Filter(connection_ids=frozenset({"connection-1"}))]
        assert all(select_alerts(connection, NORTH, wanted).is_plain for wanted in plain)
        labelled = select_alerts(connection, NORTH, Filter(rule="5710"))
        assert (labelled.is_plain, labelled.label is None) == (False, False)
        for wanted in (
            Filter(rule="5710", severities=high),
            Filter(rule="5710", user="root"),
            Filter(rule="5710", text="sshd"),
            Filter(min_level=3),
        ):
            selection = select_alerts(connection, NORTH, wanted)
            assert (selection.is_plain, selection.label) == (False, None)
        bare = select_alerts(connection, NORTH, ALL).without_findings()
        assert (bare.is_plain, bare.with_findings) == (False, False)


def test_names_outside_the_scope_match_nothing(store: Database) -> None:
    put(store, document(1), connection=3)
    foreign = (
        Filter(tenant_ids=frozenset({"tenant-2"})),
        Filter(connection_ids=frozenset({"connection-3"})),
        Filter(rule="unheard of"),
    )
    with store.read() as session:
        for wanted in foreign:
            assert select_alerts(driver(session), NORTH, wanted).arms == ()
        assert select_alerts(driver(session), SOUTH, foreign[0]).tenants == (2,)


def test_source_documents_are_taken_by_connection(store: Database) -> None:
    with store.write() as session:
        removed, paused = session.get(Connection, 1), session.get(Connection, 2)
        assert removed
        assert paused
        removed.removed_ms = 1
        paused.is_active = False
    with store.read() as session:
        assert active_connections(driver(session), None) == (3,)
        assert active_connections(driver(session), (1,)) == ()
    selection = select_documents((2,), (3,), 0)
    assert [arm.lead_values for arm in selection.arms] == [(3,)]
