"""Writing the journal: each stream numbers its entries 1, 2, 3 … without gaps."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, delete, insert, text
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.journal.models import JournalEntry
from lamis.journal.types import tenant_stream
from lamis.storage import bus

__all__ = ["SYSTEM_STREAM", "forget", "record", "record_each", "tenant_stream"]

SYSTEM_STREAM = "system"
_NEXT = text(
    "INSERT INTO journal_counter (stream, last) VALUES (:stream, :n)"
    " ON CONFLICT (stream) DO UPDATE SET last = journal_counter.last + :n RETURNING last"
)
_TABLE = JournalEntry.__table__
assert isinstance(_TABLE, Table)
_ADD = insert(_TABLE)


def record(
    session: Session,
    stream: str,
    *,
    kind: str,
    actor: str,
    subject: Mapping[str, object],
    now: datetime,
) -> int:
    """Append an entry and return its number. Call it last in the transaction: it takes the stream's lock.

    `subject` holds ids and short facts (names of changed fields, counts), never content or secrets.
    `actor` is a person's id, or "system".
    """
    return record_each(session, stream, [(kind, subject)], actor=actor, now=now)


def record_each(
    session: Session,
    stream: str,
    happenings: Sequence[tuple[str, Mapping[str, object]]],
    *,
    actor: str,
    now: datetime,
) -> int:
    """As `record`, for each (kind, subject) of at least one; returns the number of the first."""
    connection = session.connection()
    last = int(connection.execute(_NEXT, {"stream": stream, "n": len(happenings)}).scalar_one())
    first = last - len(happenings) + 1
    connection.execute(
        _ADD,
        [
            {
                "stream": stream,
                "number": number,
                "at_ms": to_ms(now),
                "kind": kind,
                "actor": actor,
                "subject": dict(subject),
            }
            for number, (kind, subject) in enumerate(happenings, first)
        ],
    )
    bus.tell(session)
    return first


def forget(session: Session, kind: str, *, since_ms: int, before_ms: int) -> None:
    """Delete the entries of that kind with `since_ms` ≤ time < `before_ms`; numbers are not given again."""
    at_ms = JournalEntry.at_ms
    session.execute(
        delete(JournalEntry)
        .where(JournalEntry.kind == kind, at_ms >= since_ms, at_ms < before_ms)
        .execution_options(synchronize_session=False)
    )
