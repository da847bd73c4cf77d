"""Tasks and chores as rows."""

from datetime import UTC, datetime, timedelta

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.storage.engine import Database
from lamis.tasks import actions, queries
from lamis.tasks.types import TaskState

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=31)


def test_a_killed_workers_task_is_taken_up_and_its_old_outcome_refused(database: Database) -> None:
    with database.write() as session:
        task_id = actions.ask(session, SYSTEM, kind="erase", tenant_key=None, subject={"a": 1}, now=NOON)
    with database.write() as session:
        old = actions.claim_task(session, now=NOON)
        assert actions.claim_task(session, now=NOON) is None
    with database.write() as session:
        new = actions.claim_task(session, now=LATER)
        assert old
        assert new
        assert not actions.advance(session, old, done=1, total=2, now=LATER)
        assert not actions.finish(session, old, state=TaskState.FAILED, message="old", now=LATER)
        assert actions.advance(session, new, done=2, total=4, now=LATER)
        assert actions.finish(session, new, state=TaskState.DONE, message="It is done.", now=LATER)
    with database.read() as session:
        task = queries.task_by_id(session, EVERYTHING, task_id)
        assert (task.state, task.done, task.total, task.message) == (TaskState.DONE, 2, 4, "It is done.")
        assert not queries.is_anything_due(session, now_ms=10**15)


def test_chores_are_those_named_and_come_again(database: Database) -> None:
    with database.write() as session:
        actions.ensure_chores(session, {"old": 5, "sweep": 60_000})
    with database.write() as session:
        actions.ensure_chores(session, {"sweep": 60_000})
        assert [chore.name for chore in queries.all_chores(session)] == ["sweep"]
        held = actions.claim_chore(session, now=NOON)
        assert held
        assert actions.hold_chore(session, held, now=NOON)
        actions.finish_chore(session, held, error="It failed.", now=NOON)
    with database.write() as session:
        assert actions.claim_chore(session, now=NOON + timedelta(seconds=59)) is None
        assert queries.all_chores(session)[0].error == "It failed."
        again = actions.claim_chore(session, now=NOON + timedelta(seconds=60))
        assert again
        assert not actions.hold_chore(session, held, now=NOON)


def test_a_start_takes_running_tasks_up_at_once(database: Database) -> None:
    with database.write() as session:
        actions.ask(session, SYSTEM, kind="erase", tenant_key=None, subject={}, now=NOON)
        assert actions.claim_task(session, now=NOON)
    with database.write() as session:
        actions.start_over(session)
    with database.write() as session:
        assert actions.claim_task(session, now=NOON)


def test_results_are_kept_while_a_task_runs_and_what_was_sealed_goes_with_its_end(database: Database) -> None:
    with database.write() as session:
        task_id = actions.ask(
            session, SYSTEM, kind="import", tenant_key=None, subject={"sealed": "x", "a": 1}, now=NOON
        )
        session.flush()
        held = actions.claim_task(session, now=NOON)
        assert held
        assert held.asked_by == SYSTEM.person_id
        assert actions.keep_result(session, held, number=0, result={"is_ok": True})
        assert actions.keep_result(session, held, number=2, result={"is_ok": False})
        assert actions.finish(session, held, state=TaskState.DONE, message="", now=NOON)
    with database.write() as session:
        assert not actions.keep_result(session, held, number=3, result={})
        subject = queries.task_by_id(session, EVERYTHING, task_id).subject
    assert subject == {"a": 1, "results": {"0": {"is_ok": True}, "2": {"is_ok": False}}}


def test_a_clock_that_went_back_by_a_day_delays_no_task_and_no_chore(database: Database) -> None:
    yesterday = NOON - timedelta(days=1)
    with database.write() as session:
        actions.ask(session, SYSTEM, kind="erase", tenant_key=None, subject={}, now=NOON)
        actions.ensure_chores(session, {"sweep": 60_000})
    with database.write() as session:
        assert actions.claim_task(session, now=NOON)
        chore = actions.claim_chore(session, now=NOON)
        assert chore
        actions.finish_chore(session, chore, error=None, now=NOON)
    with database.write() as session:
        assert actions.claim_task(session, now=yesterday)
        assert actions.claim_task(session, now=yesterday) is None
        assert actions.claim_chore(session, now=yesterday)
        assert actions.claim_chore(session, now=yesterday) is None
