"""Journal numbers have no gaps, whoever writes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from lamis.base.clock import to_ms
from lamis.journal.actions import SYSTEM_STREAM, forget, record, record_each, tenant_stream
from lamis.journal.models import JournalEntry
from lamis.storage.engine import Database

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def _write(database: Database, stream: str) -> int:
    with database.write() as session:
        return record(session, stream, kind="test", actor="system", subject={}, now=NOW)


def test_each_stream_counts_for_itself(database: Database) -> None:
    assert [_write(database, tenant_stream(1)) for _ in range(3)] == [1, 2, 3]
    assert _write(database, SYSTEM_STREAM) == 1


def test_entries_made_together_are_numbered_in_their_order(database: Database) -> None:
    _write(database, SYSTEM_STREAM)
    with database.write() as session:
        told = [("test.made", {"place": place}) for place in range(3)]
        assert record_each(session, SYSTEM_STREAM, told, actor="system", now=NOW) == 2
    assert _write(database, SYSTEM_STREAM) == 5
    with database.read() as session:
        made = session.scalars(select(JournalEntry).where(JournalEntry.kind == "test.made"))
        assert {entry.number: entry.subject["place"] for entry in made} == {2: 0, 3: 1, 4: 2}


def test_a_rolled_back_entry_leaves_no_gap(database: Database) -> None:
    _write(database, SYSTEM_STREAM)
    with pytest.raises(ValueError, match="stop"), database.write() as session:
        record(session, SYSTEM_STREAM, kind="test", actor="system", subject={}, now=NOW)
        raise ValueError("stop")
    assert _write(database, SYSTEM_STREAM) == 2


def test_many_writers_leave_neither_gap_nor_double(database: Database) -> None:
    threads = [
        threading.Thread(target=lambda: [_write(database, SYSTEM_STREAM) for _ in range(10)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        numbers = session.execute(text("SELECT number FROM journal_entry ORDER BY number")).scalars().all()
    assert list(numbers) == list(range(1, 41))


def test_a_kind_is_forgotten_within_a_time_and_its_numbers_are_not_given_again(database: Database) -> None:
    with database.write() as session:
        for place, kind in enumerate(("a", "b", "a", "a")):
            now = NOW + timedelta(seconds=place)
            record(session, SYSTEM_STREAM, kind=kind, actor="system", subject={}, now=now)
        forget(session, "a", since_ms=to_ms(NOW), before_ms=to_ms(NOW) + 3000)
    assert _write(database, SYSTEM_STREAM) == 5
    with database.read() as session:
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.number))
        assert [(entry.number, entry.kind) for entry in entries] == [(2, "b"), (4, "a"), (5, "test")]
