"""Tidying what time has made useless: sign-ins, links, finished tasks, old drifts, pulls and deliveries.

Of the journal only that alerts came.
"""

from datetime import timedelta

from sqlalchemy import delete

from lamis.alerts.days import days_ahead
from lamis.alerts.types import STORED
from lamis.base.clock import QUARTER_MS, to_ms
from lamis.base.scope import EVERYTHING
from lamis.blocking import upkeep
from lamis.delivery.upkeep import forget_old
from lamis.journal import actions as journal
from lamis.journal.queries import oldest_ms
from lamis.people.models import PasswordLink, WebSession
from lamis.tasks import actions as tasks
from lamis.workers.work import Work

KEPT_TASKS = timedelta(days=30)
KEPT_DRIFTS = timedelta(days=90)
KEPT_DELIVERIES = timedelta(days=90)
# Each page of new alerts has an entry, which only a view that resumes asks for; what people did stays.
KEPT_ARRIVALS = timedelta(days=30)


def tidy(work: Work) -> None:
    """Forget ended sign-ins and links, and finished tasks after 30 days; have a place for coming alerts."""
    days_ahead(work.runtime.database, now=work.clock())
    now_ms = to_ms(work.clock())
    with work.runtime.database.write() as session:
        session.execute(delete(WebSession).where(WebSession.expires_ms <= now_ms))
        session.execute(delete(PasswordLink).where(PasswordLink.expires_ms <= now_ms))
        tasks.forget_finished(session, before_ms=to_ms(work.clock() - KEPT_TASKS))
        upkeep.forget_old(session, before_ms=to_ms(work.clock() - KEPT_DRIFTS))
        forget_old(session, before_ms=to_ms(work.clock() - KEPT_DELIVERIES))
    _forget_arrivals(work, before_ms=to_ms(work.clock() - KEPT_ARRIVALS))


def _forget_arrivals(work: Work, *, before_ms: int) -> None:
    """A quarter of an hour at a time, so that nobody waits."""
    database, done = work.runtime.database, 0
    while True:
        with database.read() as session:
            since_ms = oldest_ms(session, EVERYTHING, STORED)
        if since_ms is None or since_ms >= before_ms:
            return
        until_ms = min(before_ms, since_ms + QUARTER_MS)
        with database.ingest() as session:
            journal.forget(session, STORED, since_ms=since_ms, before_ms=until_ms)
        done += 1
        work.go_on(done, None)
