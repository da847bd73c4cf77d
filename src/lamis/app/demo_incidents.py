"""Somebody works in the demo: a few incidents are acknowledged, muted and closed, so that each shows."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamis.base.clock import utc_now
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING, Actor
from lamis.incidents import actions_work, queries
from lamis.incidents.types import IncidentFilter, State, Verdict
from lamis.people.queries import actor_of, person_named
from lamis.storage.runtime import Runtime

EVERY_S = 2.0
ENOUGH = 12
TOUCHED = frozenset({State.ACKNOWLEDGED, State.CLOSED})
_log = logger("demo")

Work = Callable[[Session, Actor, str, datetime], object]


def _close(verdict: Verdict, comment: str) -> Work:
    def work(session: Session, actor: Actor, incident_id: str, now: datetime) -> None:
        actions_work.close(session, actor, incident_id, verdict=verdict, comment=comment, now=now)

    return work


def _look_into(session: Session, actor: Actor, incident_id: str, now: datetime) -> None:
    actions_work.acknowledge(session, actor, incident_id, now=now)
    actions_work.comment(session, actor, incident_id, "Asked the owner of the machine; waiting.", now=now)


def _mute(session: Session, actor: Actor, incident_id: str, now: datetime) -> None:
    actions_work.mute(session, actor, incident_id, until=now + timedelta(hours=8), now=now)


WORKS: Sequence[Work] = (
    _look_into,
    lambda session, actor, id_, now: actions_work.acknowledge(session, actor, id_, now=now),
    _close(Verdict.BENIGN, "The nightly backup does this."),
    _close(Verdict.FALSE_POSITIVE, "A rule for another version of the application."),
    _close(Verdict.TRUE_POSITIVE, "Password changed, sessions ended, machine checked."),
    _mute,
)


def work_on_some(runtime: Runtime, person: str, *, now: datetime) -> bool:
    """Have `person` work on a few incidents; False while there are too few. Once done it is not repeated."""
    with runtime.database.read() as session:
        if queries.count(session, EVERYTHING, IncidentFilter(states=TOUCHED)):
            return True
        opened = IncidentFilter(states=frozenset({State.OPEN}))
        found = queries.page(session, EVERYTHING, opened, now=now, limit=ENOUGH).incidents
        row = person_named(session, person)
        actor = None if row is None else actor_of(session, row.id)
    if len(found) < ENOUGH or actor is None:
        return False
    # Every second one, so that the newest of all is still open.
    with runtime.database.write() as session:
        for work, incident in zip(WORKS, found[1::2], strict=True):
            work(session, actor, incident.id, now)
    return True


class Analyst:
    """Tries until there is enough to work on; a thread of its own, for the first minutes of a demo."""

    def __init__(self, runtime: Runtime, person: str) -> None:
        self._runtime = runtime
        self._person = person
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-analyst", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(EVERY_S)

    def _run(self) -> None:
        try:
            while not work_on_some(self._runtime, self._person, now=utc_now()):
                if self._is_over.wait(EVERY_S):
                    return
        except Exception:  # noqa: BLE001 -- the thread's boundary: the demo goes on without
            _log.exception("nobody works on the demo's incidents")
