"""Source documents by key, with where each came from."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lamis.alerts.documents import DocumentReader
from lamis.alerts.results import SourceDocumentRow
from lamis.storage.raw import driver


def documents_of(session: Session, keys: Sequence[int]) -> list[SourceDocumentRow]:
    """The documents of alerts, in the order of `keys`."""
    reader = DocumentReader(session)
    connection = driver(session)
    rows = connection.execute(
        "SELECT i.name, a.doc_id, c.id, c.name, m.dictionary_key, m.size_bytes, m.body FROM @keys(j)"
        " @then alert a ON a.key = j.value JOIN alert_document m ON m.alert_key = a.key"
        " JOIN source_index i ON i.key = a.index_key JOIN connection c ON c.key = a.connection_key@order(j)",
        (connection.listed(keys),),
    )
    return [SourceDocumentRow(row[0], row[1], row[2], row[3], reader.read(*row[4:])) for row in rows]
