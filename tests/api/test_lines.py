"""Alerts as CSV and NDJSON."""

import csv
import io
import json

import msgspec
import pytest

from lamis.alerts.results import AlertRow
from lamis.api.lines import COLUMNS, csv_lines, ndjson_lines, safe_cell


def _row(title: str = "Login failed", **members: object) -> AlertRow:
    values: dict[str, object] = {
        "id": "0000000000001",
        "created_at": "2026-03-01T10:00:00.000Z",
        "stored_at": "2026-03-01T10:00:01.000Z",
        "severity": 2,
        "severity_name": "medium",
        "level": 5,
        "rule": "5710",
        "title": title,
        "tenant": "Acme",
        "tenant_id": "t",
        "connection": "acme-emea",
        "connection_id": "c",
        "connection_state": "active",
        "device": "web-1",
        "source_address": None,
        "user": None,
        "status": "open",
        "is_finding": False,
        "unreadable": None,
        "incident": None,
    }
    return msgspec.convert(values | members, AlertRow)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("plain", "plain"),
        (None, ""),
        (5, "5"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("a=1", "a=1"),
    ],
)
def test_a_cell_that_begins_like_a_formula_is_escaped(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def test_csv_keeps_commas_quotes_and_line_breaks_inside_cells() -> None:
    title = 'He said "no", then\r\nleft'
    text = b"".join(csv_lines([[_row(title)], [_row("=HYPERLINK(1)")]])).decode()
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert tuple(found[0]) == COLUMNS
    assert found[1][COLUMNS.index("title")] == title
    assert found[2][COLUMNS.index("title")] == "'=HYPERLINK(1)"
    assert len(found) == 3


def test_csv_without_alerts_is_its_header() -> None:
    assert b"".join(csv_lines([])).decode() == ",".join(COLUMNS) + "\r\n"


def test_ndjson_is_one_object_a_line() -> None:
    lines = b"".join(ndjson_lines([[_row("one"), _row("two")], [_row("three")]])).splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["one", "two", "three"]
