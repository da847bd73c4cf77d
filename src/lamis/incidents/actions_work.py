"""What people do with an incident: acknowledge, close, reopen, comment, assign, mute.

Each takes the row's lock first and writes the journal last. The last one wins, except where somebody
would undo unseen what another has just done: that is a Conflict.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from lamis.alerts.types import Severity
from lamis.base.clock import iso, to_ms
from lamis.base.errors import Conflict, Invalid
from lamis.base.scope import SYSTEM, Actor, Permission
from lamis.incidents import queries, rules
from lamis.incidents.models import Incident, IncidentHappening
from lamis.incidents.types import Kind, State, Verdict
from lamis.journal import actions as journal
from lamis.people.queries import actor_of


def acknowledge(session: Session, actor: Actor, incident_id: str, *, now: datetime) -> int:
    """Say that somebody looks at it; it becomes theirs where it was nobody's. Returns its number.

    Doing so twice is once. Raises Conflict for a closed one.
    """
    row = _held(session, actor, incident_id)
    if row.state == State.CLOSED:
        by = queries.closed_by(session, actor.full_scope, row)
        raise Conflict(f"Incident #{row.number} is already closed by {by}; reopen it first.")
    if row.state == State.OPEN:
        row.state = State.ACKNOWLEDGED.value
        if row.assignee_id is None and actor != SYSTEM:
            row.assignee_id = actor.person_id
        _tell(session, actor, row, Kind.ACKNOWLEDGED, now=now)
    return row.number


def close(
    session: Session, actor: Actor, incident_id: str, *, verdict: Verdict, comment: str = "", now: datetime
) -> int:
    """End the work on it. Raises Conflict where it is closed already, Invalid for an overlong comment."""
    row = _held(session, actor, incident_id)
    if row.state == State.CLOSED:
        by = queries.closed_by(session, actor.full_scope, row)
        raise Conflict(f"Incident #{row.number} is already closed by {by}.")
    if comment.strip() and (reason := rules.why_not_comment(comment)):
        raise Invalid(reason, field="comment")
    row.state = State.CLOSED.value
    row.verdict = verdict.value
    row.closed_ms = to_ms(now)
    _tell(session, actor, row, Kind.CLOSED, text=comment.strip(), detail=verdict.value, now=now)
    return row.number


def reopen(session: Session, actor: Actor, incident_id: str, *, now: datetime) -> int:
    """Take the work up again. Reopening an open one does nothing.

    Raises Conflict where a newer incident of like alerts followed: like alerts belong to that one.
    """
    row = _held(session, actor, incident_id)
    if row.state != State.CLOSED:
        return row.number
    if newer := queries.follower(session, actor.full_scope, row):
        raise Conflict(f"Incident #{newer} followed #{row.number}; work on that one.")
    row.state = State.OPEN.value
    row.verdict = row.closed_ms = None
    row.opened_ms = to_ms(now)
    _tell(session, actor, row, Kind.REOPENED, now=now)
    return row.number


def comment(session: Session, actor: Actor, incident_id: str, text: str, *, now: datetime) -> int:
    """Add a comment to its history; to a closed one too. Raises Invalid for none or an overlong one."""
    row = _held(session, actor, incident_id)
    if reason := rules.why_not_comment(text):
        raise Invalid(reason, field="comment")
    _tell(session, actor, row, Kind.COMMENTED, text=text.strip(), now=now)
    return row.number


def assign(
    session: Session, actor: Actor, incident_id: str, assignee_id: str | None, *, now: datetime
) -> int:
    """Make it somebody's; None makes it nobody's.

    Raises Invalid for somebody who may not work on incidents of its tenant.
    """
    row = _held(session, actor, incident_id)
    if row.assignee_id == assignee_id:
        return row.number
    if assignee_id is not None:
        person = actor_of(session, assignee_id)
        if person is None or not person.may(Permission.WORK_INCIDENTS, row.tenant_key):
            raise Invalid("Nobody by that id may work on incidents of this tenant.", field="assignee")
    row.assignee_id = assignee_id
    _tell(session, actor, row, Kind.ASSIGNED, detail=assignee_id or "", now=now)
    return row.number


def mute(session: Session, actor: Actor, incident_id: str, *, until: datetime | None, now: datetime) -> int:
    """Send no notifications about it until then (at most 30 days ahead); None ends that."""
    row = _held(session, actor, incident_id)
    if reason := rules.why_not_mute(until, now=now):
        raise Invalid(reason, field="until")
    until_ms = None if until is None else to_ms(until)
    if row.muted_until_ms == until_ms:
        return row.number
    row.muted_until_ms = until_ms
    _tell(session, actor, row, Kind.MUTED, detail="" if until is None else iso(until), now=now)
    return row.number


def _held(session: Session, actor: Actor, incident_id: str) -> Incident:
    row = queries.incident_row(session, actor.full_scope, incident_id, is_locked=True)
    actor.require(Permission.WORK_INCIDENTS, row.tenant_key)
    return row


def _tell(
    session: Session,
    actor: Actor,
    row: Incident,
    kind: Kind,
    *,
    text: str = "",
    detail: str = "",
    now: datetime,
) -> None:
    session.add(
        IncidentHappening(
            incident_key=row.key,
            tenant_key=row.tenant_key,
            at_ms=to_ms(now),
            kind=kind.value,
            actor_id=actor.person_id,
            text=text,
            detail=detail,
        )
    )
    session.flush()  # the row's own changes before the journal's counter is locked
    row.journal_number = journal.record(
        session,
        journal.tenant_stream(row.tenant_key),
        kind=f"incident.{kind.value}",
        actor=actor.person_id,
        subject={"incident": row.id, "severity": Severity(row.severity).word},
        now=now,
    )
    session.flush()
