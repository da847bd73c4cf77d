"""Exports: whole, once, byte for byte."""

import json

from lamis.alerts import actions
from lamis.alerts.export import export_rows, raw_lines
from lamis.alerts.types import Filter, FindingDraft, Incoming, Severity
from lamis.base.scope import EVERYTHING
from lamis.storage.engine import Database
from tests.alerts.world import ALL, INDEX, NORTH, NOW, SOUTH, ago, document, put


def test_rows_come_whole_in_chunks_while_others_write(store: Database) -> None:
    for at in range(0, 2400, 800):
        put(store, *[document(n, at=ago(seconds=n)) for n in range(at, at + 800)])
    seen = []
    for number, chunk in enumerate(export_rows(store, NORTH, ALL)):
        seen += [row.id for row in chunk]
        put(store, document(5000 + number))
    assert len(seen) == len(set(seen)) == 2400
    assert seen == sorted(seen, reverse=True)
    assert list(export_rows(store, SOUTH, ALL)) == []


def test_a_raw_line_ends_with_the_source_byte_for_byte(store: Database) -> None:
    odd = b'{"a" : 1.0,"b":"\\u00e9\\n" , "a":2}'
    put(store, document(1, raw=odd, doc_id='quo"te'))
    assert list(raw_lines(store, NORTH, ALL)) == [
        b'{"connection":"Source 1","_index":"'
        + INDEX.encode()
        + b'","_id":"quo\\"te","_source":'
        + odd
        + b"}\n"
    ]


def test_line_breaks_between_the_parts_of_a_document_become_blanks(store: Database) -> None:
    put(store, document(1, raw=b'{\r\n "a": "x\\ny"\n}'))
    (line,) = list(raw_lines(store, NORTH, ALL))
    assert line.endswith(b'"_source":{   "a": "x\\ny" }}\n')
    assert json.loads(line)["_source"] == {"a": "x\ny"}


def test_findings_and_refused_documents_are_not_exported(store: Database) -> None:
    put(
        store, document(1, identity="a"), document(1, identity="a", doc_id="again"), document(2, rule="other")
    )
    broken = document(3, unreadable="larger than 64 MB", at=None)
    put(store, Incoming(broken.index, broken.doc_id, None, broken.fields))
    draft = FindingDraft("f", 1, 1, "connection-1", "lamis:silent", "Silent", Severity.HIGH, {})
    with store.write() as session:
        actions.store_findings(session, [draft], now=NOW)
    documents = [
        json.loads(line) for chunk in raw_lines(store, EVERYTHING, ALL) for line in chunk.splitlines()
    ]
    assert {one["_id"] for one in documents} == {"doc-1", "doc-2", "doc-3"}
    assert [one["_source"] for one in documents if one["_id"] == "doc-3"] == [None]
    (line,) = list(raw_lines(store, NORTH, Filter(rule="other")))
    assert json.loads(line)["_id"] == "doc-2"
    assert list(raw_lines(store, SOUTH, ALL)) == []


def test_many_raw_lines_come_once_each(store: Database) -> None:
    for source in (1, 2):
        put(store, *[document(n, at=ago(seconds=n // 9)) for n in range(450)], connection=source)
    lines = b"".join(raw_lines(store, EVERYTHING, ALL)).splitlines()
    assert len(lines) == len(set(lines)) == 900
