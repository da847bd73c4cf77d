"""Tidying what time has made useless: sign-ins, links, finished tasks, old drifts, pulls and deliveries."""

from datetime import timedelta

from sqlalchemy import delete

from lamis.alerts.days import days_ahead
from lamis.base.clock import to_ms
from lamis.blocking import upkeep
from lamis.delivery.upkeep import forget_old
from lamis.people.models import PasswordLink, WebSession
from lamis.tasks import actions as tasks
from lamis.workers.work import Work

KEPT_TASKS = timedelta(days=30)
KEPT_DRIFTS = timedelta(days=90)
KEPT_DELIVERIES = timedelta(days=90)


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
