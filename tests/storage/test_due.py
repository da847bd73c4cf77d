"""What is due, whatever the clock did meanwhile."""

import pytest
from sqlalchemy import select

from lamis.storage.due import AHEAD_MS, has_come, is_past
from lamis.storage.engine import Database
from lamis.storage.tables import Lease


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [(99, True), (100, True), (101, False), (150 + AHEAD_MS, False), (151 + AHEAD_MS, True)],
)
def test_a_time_has_come_or_lies_further_ahead_than_it_was_ever_set(
    database: Database, at_ms: int, expected: bool
) -> None:
    with database.write() as session:
        session.add(Lease(name="x", holder="y", until_ms=at_ms))
    with database.read() as session:
        query = select(Lease.name).where(has_come(Lease.until_ms, now_ms=100, longest_ms=50))
        assert list(session.scalars(query)) == (["x"] if expected else [])
    assert is_past(at_ms, now_ms=100, longest_ms=50) is expected
