"""What writes alerts: storing pages and findings of our own; letting them go is in `expiry`."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime

import orjson
from sqlalchemy.orm import Session

from lamis.alerts.dedupe import Candidate, Resent, candidates, give_keys, known_origins
from lamis.alerts.documents import dictionary_key
from lamis.alerts.expiry import erase_connection, expire
from lamis.alerts.names import label_keys
from lamis.alerts.rules import bounded
from lamis.alerts.types import (
    FINDINGS_INDEX,
    STORED,
    Assign,
    Batch,
    Fields,
    FindingDraft,
    Incoming,
    Outcome,
    Stored,
    Verdict,
    to_none,
)
from lamis.alerts.writing import Rows, prepare
from lamis.base.clock import to_ms
from lamis.journal import actions as journal
from lamis.storage.raw import Into, driver

__all__ = ["erase_connection", "expire", "store", "store_findings"]

_REFUSED = Into(
    "refused_document",
    {
        "connection_key": "bigint",
        "index_key": "bigint",
        "doc_id": "text",
        "time_ms": "bigint",
        "kept_key": "bigint",
        "seen_ms": "bigint",
    },
)


def store(session: Session, batch: Batch, *, now: datetime, assign: Assign = to_none) -> Stored:
    """Store a page of one connection, each document once, in the caller's transaction.

    Safe to repeat: what is stored is KNOWN. A re-sent alert (same identity, equal content, new `_id`)
    is REFUSED and keeps a row that points at the kept alert. Everything else is kept, readable or not.
    All new alerts carry the number of the one journal entry that is made when there are any, and the
    incident that `assign` gives them.
    """
    return _store(session, batch, now=now, is_finding=False, assign=assign)


def store_findings(
    session: Session, drafts: Sequence[FindingDraft], *, now: datetime, assign: Assign = to_none
) -> Stored:
    """Store findings of our own about one connection as alerts. `drafts` are at least one."""
    batch = Batch(
        tenant_key=drafts[0].tenant_key,
        connection_key=drafts[0].connection_key,
        connection_id=drafts[0].connection_id,
        documents=[_finding(draft, now=now) for draft in drafts],
    )
    return _store(session, batch, now=now, is_finding=True, assign=assign)


def _finding(draft: FindingDraft, *, now: datetime) -> Incoming:
    fields = Fields(
        time_ms=to_ms(now),
        title=draft.title,
        rule=draft.rule,
        severity_word=draft.severity.word,
        device=draft.device,
    )
    return Incoming(FINDINGS_INDEX, draft.finding_id, orjson.dumps(draft.document), fields)


def _store(session: Session, batch: Batch, *, now: datetime, is_finding: bool, assign: Assign) -> Stored:
    session.flush()
    connection, now_ms = driver(session), to_ms(now)
    page = candidates(session, batch.documents, connection_key=batch.connection_key, now_ms=now_ms)
    known = known_origins(session, batch.connection_key, {candidate.origin for candidate in page})
    firsts = {candidate.origin: candidate for candidate in reversed(page) if candidate.origin not in known}
    unknown = [candidate for candidate in page if firsts.get(candidate.origin) is candidate]
    give_keys(connection, unknown, set())

    identities = {candidate.identity for candidate in unknown if candidate.identity is not None}
    resent = Resent(session, batch.connection_key, identities)
    fresh: list[Candidate] = []
    refused: dict[int, int] = {}
    for candidate in unknown:
        kept_key = resent.kept_key(candidate)
        if kept_key is None:
            resent.keep(candidate)
            fresh.append(candidate)
            known[candidate.origin] = candidate.key
        else:
            refused[candidate.position] = known[candidate.origin] = kept_key
    connection.insert(
        _REFUSED,
        [
            (
                batch.connection_key,
                *page[at].origin,
                bounded(page[at].incoming.fields.time_ms),
                kept_key,
                now_ms,
            )
            for at, kept_key in refused.items()
        ],
    )
    number = None
    if fresh:
        incidents = assign([(candidate.key, candidate.incoming.fields) for candidate in fresh])
        number = _write(session, batch, fresh, incidents, now=now, is_finding=is_finding)
    return _outcomes(
        page, known, fresh={c.position for c in fresh}, refused=refused.keys(), journal_number=number
    )


def _write(
    session: Session,
    batch: Batch,
    fresh: Sequence[Candidate],
    incidents: Mapping[int, int],
    *,
    now: datetime,
    is_finding: bool,
) -> int:
    """Write the new alerts; returns the number of the journal entry that tells of them."""
    page = prepare(fresh)
    number = journal.record(
        session,
        journal.tenant_stream(batch.tenant_key),
        kind=STORED,
        actor="system",
        subject={"connection": batch.connection_id, "alerts": len(fresh)},
        now=now,
    )
    rows = Rows(
        batch=batch,
        is_finding=is_finding,
        stored_ms=to_ms(now),
        journal_number=number,
        dictionary_key=dictionary_key(session),
        labels=label_keys(session, page.labels),
        incidents=incidents,
    )
    rows.add_page(page)
    rows.write(driver(session))
    return number


def _outcomes(
    page: Sequence[Candidate],
    keys: dict[tuple[int, str], int],
    *,
    fresh: set[int],
    refused: Set[int],
    journal_number: int | None,
) -> Stored:
    outcomes = []
    for candidate in page:
        if candidate.position in fresh:
            verdict = Verdict.NEW
        elif candidate.position in refused:
            verdict = Verdict.REFUSED
        else:
            verdict = Verdict.KNOWN
        fields = candidate.incoming.fields
        outcomes.append(
            Outcome(verdict, bounded(fields.time_ms), keys[candidate.origin], fields.unreadable is not None)
        )
    return Stored(
        outcomes=outcomes,
        new=len(fresh),
        known=len(page) - len(fresh) - len(refused),
        refused=len(refused),
        unreadable=sum(1 for at in fresh if page[at].incoming.fields.unreadable is not None),
        journal_number=journal_number,
    )
