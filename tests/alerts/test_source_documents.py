"""Source documents by key."""

from lamis.alerts.source_documents import documents_of
from lamis.storage.engine import Database
from tests.alerts.world import INDEX, document, put


def test_documents_come_with_where_they_are_from(store: Database) -> None:
    keys = [outcome.key for outcome in put(store, document(1), document(2)).outcomes]
    with store.read() as session:
        rows = documents_of(session, keys[::-1])
    assert [(row.index, row.doc_id, row.connection, row.connection_id) for row in rows] == [
        (INDEX, "doc-2", "Source 1", "connection-1"),
        (INDEX, "doc-1", "Source 1", "connection-1"),
    ]
    assert [row.document for row in rows] == [document(2).raw, document(1).raw]
