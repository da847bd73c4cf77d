"""Asking for work that takes a while, and working it off: each row is the job."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.ids import new_id
from lamis.base.scope import Actor
from lamis.storage.dialects import insert_if_new
from lamis.tasks import queries
from lamis.tasks.models import Chore, Task
from lamis.tasks.types import CLAIM_MS, RESULTS, SEALED, ClaimedChore, ClaimedTask, TaskState


def ask(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    tenant_key: int | None,
    subject: Mapping[str, object],
    now: datetime,
) -> str:
    """Ask for work and return the task's id; call `alarm("act")` after the commit.

    Whoever calls has checked that the actor may. `subject` holds ids, never content; secrets only under
    `SEALED`, as the vault sealed them.
    """
    task = Task(
        id=new_id(),
        tenant_key=tenant_key,
        kind=kind,
        subject=dict(subject),
        state=TaskState.WAITING.value,
        asked_by=actor.person_id,
        created_ms=to_ms(now),
        due_ms=to_ms(now),
    )
    session.add(task)
    return task.id


def claim_task(session: Session, *, now: datetime) -> ClaimedTask | None:
    """Take the next due task for `CLAIM_MS`; a killed worker's is taken up again after that."""
    row = queries.due_task(session, now_ms=to_ms(now), is_claiming=True)
    if row is None:
        return None
    row.fence += 1
    row.claimed_until_ms = to_ms(now) + CLAIM_MS
    row.state = TaskState.RUNNING.value
    return ClaimedTask(row.id, row.kind, row.tenant_key, dict(row.subject), row.fence, row.done, row.asked_by)


def advance(session: Session, claimed: ClaimedTask, *, done: int, total: int | None, now: datetime) -> bool:
    """Record progress and hold the claim. False when another worker has taken the task."""
    values = {"done": done, "total": total, "claimed_until_ms": to_ms(now) + CLAIM_MS}
    return _record(session, claimed, values)


def keep_result(session: Session, claimed: ClaimedTask, *, number: int, result: Mapping[str, object]) -> bool:
    """Keep what became of one of many, in the transaction of the work itself: both stand, or neither.

    False when another worker has taken the task or it has ended: then undo the work, too.
    """
    row = _held(session, claimed)
    if row is None:
        return False
    row.subject = {**row.subject, RESULTS: {**row.subject.get(RESULTS, {}), str(number): dict(result)}}
    return True


def finish(session: Session, claimed: ClaimedTask, *, state: TaskState, message: str, now: datetime) -> bool:
    """Record the end of a task and drop what was sealed. False when another worker has taken it."""
    row = _held(session, claimed)
    if row is None:
        return False
    row.state = state.value
    row.message = message
    row.finished_ms = to_ms(now)
    row.claimed_until_ms = 0
    row.subject = {name: value for name, value in row.subject.items() if name != SEALED}
    return True


def _held(session: Session, claimed: ClaimedTask) -> Task | None:
    row = session.get(Task, claimed.id, with_for_update=True)
    is_held = row is not None and row.fence == claimed.fence and row.finished_ms is None
    return row if is_held else None


def _record(session: Session, claimed: ClaimedTask, values: Mapping[str, object]) -> bool:
    changed = session.execute(
        update(Task).where(Task.id == claimed.id, Task.fence == claimed.fence).values(**values)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def ensure_chores(session: Session, chores: Mapping[str, int]) -> None:
    """Have a row for each chore (name → milliseconds between runs) and none for others."""
    known = {chore.name: chore for chore in queries.all_chores(session)}
    for name, every_ms in chores.items():
        if row := known.get(name):
            row.every_ms = every_ms
        else:  # unless another process that starts just then makes it
            insert_if_new(session, Chore, {"name": name, "every_ms": every_ms, "due_ms": 0})
    for name in known.keys() - chores.keys():
        session.delete(known[name])


def claim_chore(session: Session, *, now: datetime) -> ClaimedChore | None:
    """Take the next due chore for `CLAIM_MS`."""
    row = queries.due_chore(session, now_ms=to_ms(now), is_claiming=True)
    if row is None:
        return None
    row.fence += 1
    row.claimed_until_ms = to_ms(now) + CLAIM_MS
    return ClaimedChore(row.name, row.fence)


def hold_chore(session: Session, claimed: ClaimedChore, *, now: datetime) -> bool:
    """Keep the claim while a long chore works. False when another worker has taken it."""
    changed = session.execute(
        update(Chore)
        .where(Chore.name == claimed.name, Chore.fence == claimed.fence)
        .values(claimed_until_ms=to_ms(now) + CLAIM_MS)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def finish_chore(session: Session, claimed: ClaimedChore, *, error: str | None, now: datetime) -> None:
    """Let the chore go until its next turn, counted from now; `error` is kept for `lamis doctor`."""
    session.execute(
        update(Chore)
        .where(Chore.name == claimed.name, Chore.fence == claimed.fence)
        .values(
            claimed_until_ms=0,
            due_ms=to_ms(now) + Chore.every_ms,
            finished_ms=to_ms(now),
            error=error,
        )
    )


def start_over(session: Session) -> None:
    """At the start of the one serving process: nobody holds a task or chore, and what was running goes on."""
    session.execute(
        update(Task)
        .where(Task.state == TaskState.RUNNING.value)
        .values(fence=Task.fence + 1, claimed_until_ms=0)
    )
    session.execute(update(Chore).values(fence=Chore.fence + 1, claimed_until_ms=0))


def forget_finished(session: Session, *, before_ms: int) -> None:
    """Delete tasks that ended before `before_ms`."""
    session.execute(delete(Task).where(Task.finished_ms < before_ms))
