"""The one entry of alerts and findings; and letting alerts go, with what incidents then hold."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from lamis.alerts import actions as alerts
from lamis.alerts.types import Batch, FindingDraft, Stored
from lamis.incidents.receiving import Received
from lamis.incidents.types import Policy

_DEFAULT = Policy()


def receive(session: Session, batch: Batch, *, now: datetime, policy: Policy = _DEFAULT) -> Stored:
    """Store a page of documents of one connection, and open or raise incidents; safe to repeat.

    Only what is new counts: known and re-sent documents change no incident. See `alerts.actions.store`.
    """
    received = Received(session, batch, policy, now)
    stored = alerts.store(session, batch, now=now, assign=received.assign)
    received.write(stored.journal_number)
    return stored


def receive_findings(
    session: Session, drafts: Sequence[FindingDraft], *, now: datetime, policy: Policy = _DEFAULT
) -> int:
    """Store findings of our own, with their incidents; return how many were new."""
    new = 0
    for _, group in groupby(sorted(drafts, key=_connection), key=_connection):
        page = list(group)
        batch = Batch(page[0].tenant_key, page[0].connection_key, page[0].connection_id, ())
        received = Received(session, batch, policy, now, is_finding=True)
        stored = alerts.store_findings(session, page, now=now, assign=received.assign)
        received.write(stored.journal_number)
        new += stored.new
    return new


def _connection(draft: FindingDraft) -> int:
    return draft.connection_key
