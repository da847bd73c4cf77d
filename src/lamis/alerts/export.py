"""Exports: everything that matches, in chunks, each with a short transaction of its own."""

from collections.abc import Iterator

import orjson

from lamis.alerts.results import AlertRow
from lamis.alerts.rows import rows_of
from lamis.alerts.selection import select_alerts
from lamis.alerts.source_documents import documents_of
from lamis.alerts.types import Filter
from lamis.alerts.walking import newest_keys
from lamis.base.scope import Scope
from lamis.storage.engine import Database
from lamis.storage.raw import driver

_ROWS = 1000
_DOCUMENTS = 200


def export_rows(database: Database, scope: Scope, wanted: Filter) -> Iterator[list[AlertRow]]:
    """All matching alerts, newest first, in chunks.

    Each chunk is read by itself, so a slow reader holds back neither writers nor the checkpoint; what
    arrives above the last chunk meanwhile is left out, nothing comes twice.
    """
    below: int | None = None
    while True:
        with database.read() as session:
            connection = driver(session)
            selection = select_alerts(connection, scope, wanted)
            keys = newest_keys(connection, selection, limit=_ROWS, below=below) if selection.arms else []
            rows = rows_of(connection, keys)
        if not keys:
            return
        yield rows
        below = keys[-1]


def raw_lines(database: Database, scope: Scope, wanted: Filter) -> Iterator[bytes]:
    """All matching source documents, newest first, a line each, in chunks of many lines.

    `_source` is last and byte for byte as the source sent it; only line breaks, which JSON allows between
    its parts, become blanks. Own findings and refused documents are not in it; the `_source` of a
    document that could not be read is null.
    """
    below: int | None = None
    while True:
        with database.read() as session:
            connection = driver(session)
            selection = select_alerts(connection, scope, wanted).without_findings()
            keys = newest_keys(connection, selection, limit=_DOCUMENTS, below=below) if selection.arms else []
            documents = documents_of(session, keys)
        if not keys:
            return
        yield b"".join(_line(row.connection, row.index, row.doc_id, row.document) for row in documents)
        below = keys[-1]


def _line(connection: str, index: str, doc_id: str, document: bytes | None) -> bytes:
    head = orjson.dumps({"connection": connection, "_index": index, "_id": doc_id})
    body = b"null" if document is None else document.replace(b"\n", b" ").replace(b"\r", b" ")
    return head[:-1] + b',"_source":' + body + b"}\n"
