"""What is sent as a column arrives as it was."""

from typing import Any

import pytest

from lamis.storage.arrays import TYPES
from lamis.storage.engine import Database
from lamis.storage.raw import driver

VALUES: dict[str, list[Any]] = {
    "bigint": [1, -(1 << 62), 0],
    "smallint": [-32_768, None, 7],
    "text": ["", None, "Ünï \N{FOX FACE}", "a'b\\"],
    "bytea": [b"", None, bytes(range(256))],
    "boolean": [True, False],
}


@pytest.mark.engine
@pytest.mark.parametrize("type_", VALUES)
@pytest.mark.parametrize("count", [0, 1, 4])
def test_values_arrive_as_they_were(postgres_database: Database, type_: str, count: int) -> None:
    kind, sent = TYPES[type_]
    values = VALUES[type_][:count]
    with postgres_database.read() as session:
        row = driver(session).execute(f"SELECT ?::{sent}[]", (kind(values),)).fetchone()
    assert row == (values,)
