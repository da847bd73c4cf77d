"""Tidying."""

from datetime import timedelta

from sqlalchemy import text

from lamis.base.clock import to_ms
from lamis.base.scope import SYSTEM
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
