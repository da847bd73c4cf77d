"""Making again what is derived from stored alerts and stands in no backup: the text index, the origins."""

from sqlalchemy.orm import Session

from lamis.alerts import rules
from lamis.alerts.documents import DocumentReader
from lamis.alerts.rules import LABELS_OF_A_KIND
from lamis.alerts.types import TextOf
from lamis.alerts.writing import ORIGIN, insert_texts
from lamis.storage.raw import driver

_NEXT = (
    "SELECT a.key, a.connection_key, a.index_key, a.doc_id, a.tenant_key, a.title, a.is_finding,"
    " a.unreadable, m.text_version, m.dictionary_key, m.size_bytes, m.body"
    " FROM alert a @then alert_document m ON m.alert_key = a.key WHERE a.key > ? ORDER BY a.key LIMIT ?"
)
_NEWER = "UPDATE alert_document SET text_version = ? WHERE alert_key = ?"


def count_on(session: Session) -> None:
    """Have PostgreSQL number new labels behind those that came with their numbers; SQLite looks each time."""
    connection = driver(session)
    if connection.is_postgres:
        connection.execute(
            "SELECT setval('label_number', coalesce((SELECT max(key % ?) FROM label), 1))",
            (LABELS_OF_A_KIND,),
        )


def rebuild(session: Session, behind: int, limit: int, *, text_of: TextOf, text_version: int) -> int | None:
    """Put the next `limit` alerts behind a key into the text index, and, on PostgreSQL, their origins.

    Both must be empty before. `text_of` makes the texts in `text_version`, whatever version they had; alerts
    that were stored without one stay so. Returns the last one's key, None when there was none.
    """
    connection, reader = driver(session), DocumentReader(session)
    rows = connection.execute(_NEXT, (behind, limit)).fetchall()
    texts: list[tuple[int, int, str]] = []
    for key, _, _, _, tenant, title, is_finding, odd, version, *document in rows:
        if version:
            raw = None if is_finding or odd is not None else reader.read(*document)
            text = "" if raw is None else rules.clean(text_of(raw, text_version))
            texts.append((key, tenant, rules.indexed_text(title, text)))
    insert_texts(connection, texts)
    if connection.is_postgres:
        connection.insert(ORIGIN, [(source, index, doc_id, key) for key, source, index, doc_id, *_ in rows])
    older = [(text_version, row[0]) for row in rows if row[8] not in (0, text_version)]
    if older:
        connection.executemany(_NEWER, older)
    return rows[-1][0] if rows else None
