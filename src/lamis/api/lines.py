"""Alerts as CSV and as NDJSON, for files that leave LAMIS."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from lamis.alerts.results import AlertRow

COLUMNS = (
    "id",
    "created_at",
    "stored_at",
    "severity_name",
    "level",
    "rule",
    "title",
    "tenant",
    "connection",
    "connection_state",
    "device",
    "source_address",
    "user",
    "status",
    "unreadable",
)
# A spreadsheet takes a cell that begins like this for a formula, and a formula can call out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """The value as a cell that no spreadsheet runs: one that begins like a formula gets an apostrophe."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_lines(chunks: Iterable[Sequence[AlertRow]]) -> Iterator[bytes]:
    """The header, then a chunk of lines for each chunk of alerts (RFC 4180)."""
    yield _written([COLUMNS])
    for rows in chunks:
        yield _written([[safe_cell(getattr(row, name)) for name in COLUMNS] for row in rows])


def ndjson_lines(chunks: Iterable[Sequence[AlertRow]]) -> Iterator[bytes]:
    """One JSON object a line, a chunk of lines for each chunk of alerts."""
    encoder = msgspec.json.Encoder()
    for rows in chunks:
        yield encoder.encode_lines(rows)


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
