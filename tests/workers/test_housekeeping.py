"""Tidying."""

from datetime import timedelta

from sqlalchemy import select, text

from lamis.alerts.types import STORED
from lamis.base.clock import to_ms
from lamis.base.scope import SYSTEM
from lamis.journal.actions import record, tenant_stream
from lamis.journal.models import JournalEntry
from lamis.people.models import PasswordLink, Person
from lamis.tasks import actions as tasks
from lamis.tasks.types import TaskState
from lamis.workers.chores import Chores
from tests.workers.world import World


def test_ended_links_and_old_tasks_are_forgotten(world: World) -> None:
    now = world.clock()
    with world.database.write() as session:
        session.add(Person(id="p", name="Ada", name_folded="ada", created_ms=0))
        session.flush()
        session.add(PasswordLink(digest="old", person_id="p", made_by="p", expires_ms=to_ms(now) - 1))
        session.add(PasswordLink(digest="new", person_id="p", made_by="p", expires_ms=to_ms(now) + 10**10))
        for kind, days in (("old", 40), ("new", 3)):
            tasks.ask(session, SYSTEM, kind=kind, tenant_key=None, subject={}, now=now - timedelta(days=days))
            claimed = tasks.claim_task(session, now=now - timedelta(days=days))
            assert claimed
            tasks.finish(session, claimed, state=TaskState.DONE, message="", now=now - timedelta(days=days))
    chores = Chores(world.runtime, clock=world.clock)
    chores.start()
    chores.look()
    with world.database.read() as session:
        assert session.execute(text("SELECT digest FROM password_link")).scalars().all() == ["new"]
        assert session.execute(text("SELECT kind FROM task")).scalars().all() == ["new"]


def test_that_alerts_came_is_forgotten_after_a_month_and_what_people_did_is_not(world: World) -> None:
    for days in (400, 90, 31, 29, 0):
        for kind in (STORED, "incident.opened", "incident.closed"):
            with world.database.write() as session:
                now = world.clock() - timedelta(days=days)
                record(session, tenant_stream(1), kind=kind, actor="system", subject={"days": days}, now=now)
    chores = Chores(world.runtime, clock=world.clock)
    chores.start()
    chores.look()
    with world.database.read() as session:
        kept = [
            (entry.kind, entry.subject["days"])
            for entry in session.scalars(select(JournalEntry).order_by(JournalEntry.number))
            if "days" in entry.subject
        ]
    assert [days for kind, days in kept if kind == STORED] == [29, 0]
    assert len(kept) == 12
