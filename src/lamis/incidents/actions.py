"""The one entry of alerts and findings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.alerts import actions as alerts
from lamis.alerts.types import Batch, FindingDraft, Stored


def receive(session: Session, batch: Batch, *, now: datetime) -> Stored:
    """Store a page of documents of one connection; safe to repeat. See `alerts.actions.store`."""
    return alerts.store(session, batch, now=now)


def receive_findings(session: Session, drafts: Sequence[FindingDraft], *, now: datetime) -> int:
    """Store findings of our own and return how many were new."""
    return alerts.store_findings(session, drafts, now=now)
