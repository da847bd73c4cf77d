"""Writing the journal: each stream numbers its entries 1, 2, 3 … without gaps."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.journal.models import JournalEntry
from lamis.journal.types import tenant_stream
from lamis.storage import bus

__all__ = ["SYSTEM_STREAM", "record", "tenant_stream"]

SYSTEM_STREAM = "system"
_NEXT = text(
    "INSERT INTO journal_counter (stream, last) VALUES (:stream, 1)"
    " ON CONFLICT (stream) DO UPDATE SET last = journal_counter.last + 1 RETURNING last"
)


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
    number = int(session.execute(_NEXT, {"stream": stream}).scalar_one())
    session.add(
        JournalEntry(
            stream=stream, number=number, at_ms=to_ms(now), kind=kind, actor=actor, subject=dict(subject)
        )
    )
    bus.tell(session)
    return number
