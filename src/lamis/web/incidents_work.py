"""What the forms on an incident's page send: acknowledge, close, reopen, comment, assign, mute."""

from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.statuses import status_of
from lamis.base.errors import Conflict, Invalid
from lamis.incidents import actions_work
from lamis.incidents.rules import verdict_of
from lamis.views.rows import Tone
from lamis.web import incidents
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter()
_HOURS = ("1", "8", "24", "168")


@router.post("/incidents/{public_id}/acknowledge")
def acknowledged(visit: Signed, public_id: str) -> Response:
    return _done(
        visit,
        public_id,
        lambda session: actions_work.acknowledge(session, visit.actor, public_id, now=visit.now),
        "is acknowledged",
    )


@router.post("/incidents/{public_id}/reopen")
def reopened(visit: Signed, public_id: str) -> Response:
    return _done(
        visit,
        public_id,
        lambda session: actions_work.reopen(session, visit.actor, public_id, now=visit.now),
        "is open again",
    )


@router.post("/incidents/{public_id}/close")
def closed(visit: Signed, public_id: str, form: Sent) -> Response:
    verdict, comment = verdict_of(form.raw("verdict")), form.raw("comment")
    try:
        if verdict is None:
            raise Invalid("Say what it was.", field="verdict")
        return _done(
            visit,
            public_id,
            lambda session: actions_work.close(
                session, visit.actor, public_id, verdict=verdict, comment=comment, now=visit.now
            ),
            f"is closed as {verdict.value}",
        )
    except Invalid as error:
        sent = {"verdict": form.raw("verdict"), "comment": comment}
        with visit.read() as session:
            return incidents.shown(
                session,
                visit,
                public_id,
                template="incidents/close.html",
                errors={error.field or "verdict": error.message},
                sent=sent,
                status=status_of(error),
            )


@router.post("/incidents/{public_id}/comment")
def commented(visit: Signed, public_id: str, form: Sent) -> Response:
    text = form.raw("comment")
    return _tried(
        visit,
        public_id,
        lambda session: actions_work.comment(session, visit.actor, public_id, text, now=visit.now),
        "has your comment",
        field="note",
        sent={"note": text},
    )


@router.post("/incidents/{public_id}/assign")
def assigned(visit: Signed, public_id: str, form: Sent) -> Response:
    wanted = form.text("assignee")
    assignee = visit.actor.person_id if wanted == "me" else wanted or None
    return _tried(
        visit,
        public_id,
        lambda session: actions_work.assign(session, visit.actor, public_id, assignee, now=visit.now),
        "is assigned" if assignee else "is nobody's now",
        field="assignee",
    )


@router.post("/incidents/{public_id}/mute")
def muted(visit: Signed, public_id: str, form: Sent) -> Response:
    hours = form.text("hours")
    until = visit.now + timedelta(hours=int(hours)) if hours in _HOURS else None
    return _tried(
        visit,
        public_id,
        lambda session: actions_work.mute(session, visit.actor, public_id, until=until, now=visit.now),
        "sends no notifications for a while" if until else "sends notifications again",
        field="until",
    )


Act = Callable[[Session], int]


def _tried(
    visit: Visit, public_id: str, act: Act, said: str, *, field: str, sent: dict[str, str] | None = None
) -> Response:
    """As `_done`; input that is refused is shown again beside its `field`."""
    try:
        return _done(visit, public_id, act, said)
    except Invalid as error:
        with visit.read() as session:
            return incidents.shown(
                session,
                visit,
                public_id,
                errors={field: error.message},
                sent=sent,
                status=status_of(error),
            )


def _done(visit: Visit, public_id: str, act: Act, said: str) -> Response:
    """Do it and lead back to the incident, which says so; what no longer fits is said there too."""
    try:
        with visit.write() as session:
            number = act(session)
    except Conflict as error:
        return visit.go(f"/incidents/{public_id}", error.message, tone=Tone.WARNING)
    return visit.go(f"/incidents/{public_id}", f"Incident #{number} {said}.")
