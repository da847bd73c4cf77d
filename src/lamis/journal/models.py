"""The journal's tables: a counter per stream, and the entries it numbers."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lamis.storage.tables import Table


class JournalCounter(Table):
    """The last number of a stream; updated in the transaction, so numbers have no gaps."""

    __tablename__ = "journal_counter"

    stream: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class JournalEntry(Table):
    """What happened: ids, never content."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_at", "at_ms"),)

    stream: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_ms: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(40))
    subject: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
