"""What writes alerts: storing pages and findings, letting old ones go, erasing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.alerts.types import Batch, FindingDraft, Stored, TextOf


def store(session: Session, batch: Batch, *, now: datetime) -> Stored:
    """Store a page of one connection, each document once, in the caller's transaction.

    Safe to repeat: what is stored is KNOWN. A re-sent alert (same identity, equal content, new `_id`)
    is REFUSED and keeps a row that points at the kept alert. Everything else is kept, readable or not.
    """
    raise NotImplementedError


def store_findings(session: Session, drafts: Sequence[FindingDraft], *, now: datetime) -> int:
    """Store findings of our own as alerts; return how many were new."""
    raise NotImplementedError


def expire(session: Session, tenant_key: int, before_ms: int, limit: int, *, text_of: TextOf) -> int:
    """Delete at most `limit` of a tenant's oldest alerts from before `before_ms`; return how many."""
    raise NotImplementedError


def erase_connection(session: Session, connection_key: int, limit: int, *, text_of: TextOf) -> int:
    """Delete at most `limit` alerts and refused documents of a connection; 0 when none is left."""
    raise NotImplementedError
