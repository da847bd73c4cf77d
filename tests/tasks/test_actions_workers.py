"""Several workers, tasks and chores: each is done by one at a time, and recorded once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lamis.base.scope import EVERYTHING, SYSTEM, Actor
from lamis.storage.engine import Database
from lamis.tasks import actions, queries
from lamis.tasks.types import CLAIM_MS, ClaimedTask, TaskState
from tests.engines.waiting import PATIENCE_S

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
EXPIRED = NOON + timedelta(milliseconds=CLAIM_MS)
BEFORE = EXPIRED - timedelta(milliseconds=1)


def ask(database: Database, *, kind: str = "erase", now: datetime = NOON) -> str:
    actor = Actor("person-1", "Anna", is_operator=True)
    with database.write() as session:
        return actions.ask(session, actor, kind=kind, tenant_key=4, subject={"a": 1}, now=now)


def claim(database: Database, *, now: datetime = NOON) -> ClaimedTask | None:
    with database.write() as session:
        return actions.claim_task(session, now=now)


def test_of_many_workers_at_once_one_takes_the_task_and_one_the_chore(database: Database) -> None:
    ask(database)
    with database.write() as session:
        actions.ensure_chores(session, {"sweep": 1000})
    together = threading.Barrier(6)

    def take(number: int) -> bool:
        together.wait(PATIENCE_S)
        claim: Callable[..., object] = actions.claim_chore if number % 2 else actions.claim_task
        with database.write() as session:
            return claim(session, now=NOON) is not None

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take, range(6))) == 2


def test_the_longest_due_task_is_taken_first(database: Database) -> None:
    late, early = ask(database, now=NOON), ask(database, now=NOON - timedelta(seconds=1))
    found = [claim(database), claim(database)]
    assert [one and one.id for one in found] == [early, late]
    assert claim(database) is None


def test_a_task_is_not_taken_before_it_is_due(database: Database) -> None:
    ask(database, now=NOON)
    assert claim(database, now=NOON - timedelta(milliseconds=1)) is None


def test_progress_holds_a_claim_and_a_killed_workers_task_goes_on_where_it_was(database: Database) -> None:
    ask(database)
    one = claim(database)
    assert one
    with database.write() as session:
        assert actions.advance(session, one, done=3, total=9, now=BEFORE)
    assert claim(database, now=EXPIRED) is None
    two = claim(database, now=BEFORE + timedelta(milliseconds=CLAIM_MS))
    assert two
    assert (two.id, two.done, two.subject, two.tenant_key) == (one.id, 3, {"a": 1}, 4)


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.FAILED])
def test_an_ended_task_is_not_taken_up_again(database: Database, state: TaskState) -> None:
    task_id = ask(database)
    one = claim(database)
    assert one
    with database.write() as session:
        assert actions.finish(session, one, state=state, message="It ended.", now=NOON)
        actions.start_over(session)
    assert claim(database, now=EXPIRED) is None
    with database.read() as session:
        assert queries.task_by_id(session, EVERYTHING, task_id).state is state


def test_after_a_start_the_old_worker_records_nothing(database: Database) -> None:
    ask(database)
    one = claim(database)
    assert one
    with database.write() as session:
        actions.start_over(session)
    assert claim(database)
    with database.write() as session:
        assert not actions.advance(session, one, done=1, total=1, now=NOON)
        assert not actions.finish(session, one, state=TaskState.DONE, message="", now=NOON)


def test_only_old_ended_tasks_are_forgotten(database: Database) -> None:
    old, new, waiting = ask(database), ask(database, now=NOON + timedelta(milliseconds=1)), ask(
        database, now=EXPIRED
    )  # fmt: skip
    for now in (NOON, EXPIRED):
        with database.write() as session:
            one = actions.claim_task(session, now=now)
            assert one
            actions.finish(session, one, state=TaskState.DONE, message="", now=now)
    with database.write() as session:
        actions.forget_finished(session, before_ms=int(EXPIRED.timestamp() * 1000))
    with database.read() as session:
        left = [task.id for task in queries.newest_tasks(session, EVERYTHING)]
    assert old not in left
    assert {new, waiting} == set(left)


def test_a_chore_expires_and_its_old_workers_end_is_ignored(database: Database) -> None:
    with database.write() as session:
        actions.ensure_chores(session, {"sweep": 60_000})
    with database.write() as session:
        old = actions.claim_chore(session, now=NOON)
        assert old
        session.flush()
        assert actions.claim_chore(session, now=BEFORE) is None
        new = actions.claim_chore(session, now=EXPIRED)
        assert new
        session.flush()
        actions.finish_chore(session, old, error="too late", now=EXPIRED)
        assert not actions.hold_chore(session, old, now=EXPIRED)
        assert actions.hold_chore(session, new, now=EXPIRED)
    with database.read() as session:
        (chore,) = queries.all_chores(session)
        assert (chore.error, chore.finished_ms) == (None, None)


def test_a_start_keeps_when_chores_are_due(database: Database) -> None:
    with database.write() as session:
        actions.ensure_chores(session, {"sweep": 60_000})
    with database.write() as session:
        one = actions.claim_chore(session, now=NOON)
        assert one
        session.flush()
        actions.finish_chore(session, one, error=None, now=NOON)
    with database.write() as session:
        actions.ensure_chores(session, {"sweep": 60_000})
        session.flush()
        assert actions.claim_chore(session, now=NOON + timedelta(seconds=59)) is None
        assert actions.claim_chore(session, now=NOON + timedelta(seconds=60))


def test_who_asked_is_kept(database: Database) -> None:
    ask(database)
    with database.write() as session:
        actions.ask(session, SYSTEM, kind="sweep", tenant_key=None, subject={}, now=NOON)
        session.flush()
        asked = [task.kind for task in queries.newest_tasks(session, EVERYTHING, limit=1)]
        assert asked == ["sweep"]


def test_workers_that_start_at_once_make_each_chore_once(database: Database) -> None:
    together = threading.Barrier(4)

    def start(_number: int) -> None:
        together.wait(PATIENCE_S)
        with database.write() as session:
            actions.ensure_chores(session, {"sweep": 1000, "count": 2000})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))
    with database.read() as session:
        chores = {
            chore.name: (chore.every_ms, chore.claimed_until_ms) for chore in queries.all_chores(session)
        }
    assert chores == {"count": (2000, 0), "sweep": (1000, 0)}
