"""Reading tasks: only those of one's tenants."""

from datetime import UTC, datetime

import pytest

from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Scope
from lamis.storage.engine import Database
from lamis.tasks import actions, queries

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


def test_a_foreign_task_is_not_there(database: Database) -> None:
    with database.write() as session:
        ids = [
            actions.ask(session, SYSTEM, kind=f"kind-{key}", tenant_key=key, subject={}, now=NOON)
            for key in (1, 2, None)
        ]
    mine = Scope(frozenset({1}))
    with database.read() as session:
        assert [task.kind for task in queries.newest_tasks(session, mine)] == ["kind-1"]
        assert len(queries.newest_tasks(session, EVERYTHING)) == 3
        assert queries.task_by_id(session, mine, ids[0]).id == ids[0]
        for foreign in ids[1:]:
            with pytest.raises(NotFound):
                queries.task_by_id(session, mine, foreign)


def test_a_task_is_shown_to_whoever_asked_and_to_operators(database: Database) -> None:
    asker, other = Actor("person-1", "Anna"), Actor("person-2", "Otto")
    with database.write() as session:
        task_id = actions.ask(session, asker, kind="import", tenant_key=None, subject={}, now=NOON)
    with database.read() as session:
        for actor in (asker, SYSTEM):
            assert queries.task_asked(session, actor, task_id, kind="import").id == task_id
        for actor, kind in ((other, "import"), (asker, "erase")):
            with pytest.raises(NotFound):
                queries.task_asked(session, actor, task_id, kind=kind)
