"""Reading tasks and chores."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lamis.base.errors import NotFound
from lamis.base.scope import Actor, Scope
from lamis.storage.due import has_come
from lamis.storage.within import within
from lamis.tasks.models import Chore, Task
from lamis.tasks.types import CLAIM_MS, TaskInfo, TaskState


def task_by_id(session: Session, scope: Scope, task_id: str) -> TaskInfo:
    """One task in scope; one without a tenant is the operators'. Raises NotFound."""
    row = session.scalars(_in(scope).where(Task.id == task_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such task.")
    return _info(row)


def task_asked(session: Session, actor: Actor, task_id: str, *, kind: str) -> TaskInfo:
    """A task of that kind that the actor asked for; operators see everybody's. Raises NotFound."""
    row = session.get(Task, task_id)
    if row is None or row.kind != kind or not (actor.is_operator or row.asked_by == actor.person_id):
        raise NotFound("There is no such task.")
    return _info(row)


def newest_tasks(session: Session, scope: Scope, *, limit: int = 50) -> list[TaskInfo]:
    """The newest tasks in scope, newest first."""
    return [_info(row) for row in session.scalars(_in(scope).order_by(Task.id.desc()).limit(limit))]


def _in(scope: Scope) -> Select[Task]:
    return select(Task).where(within(scope, Task.tenant_key))


def _info(row: Task) -> TaskInfo:
    return TaskInfo(
        id=row.id,
        kind=row.kind,
        state=TaskState(row.state),
        subject=row.subject,
        created_ms=row.created_ms,
        finished_ms=row.finished_ms,
        done=row.done,
        total=row.total,
        message=row.message,
    )


def due_task(session: Session, *, now_ms: int, is_claiming: bool = False) -> Task | None:
    """For workers: the longest due task that nobody holds; `is_claiming` leaves out what others take."""
    open_states = (TaskState.WAITING.value, TaskState.RUNNING.value)
    query = select(Task).where(
        Task.state.in_(open_states),
        has_come(Task.due_ms, now_ms=now_ms),
        has_come(Task.claimed_until_ms, now_ms=now_ms, longest_ms=CLAIM_MS),
    )
    query = query.order_by(Task.due_ms, Task.id).limit(1)
    return session.scalars(query.with_for_update(skip_locked=True) if is_claiming else query).one_or_none()


def due_chore(session: Session, *, now_ms: int, is_claiming: bool = False) -> Chore | None:
    """For workers: the longest due chore that nobody holds; `is_claiming` as for tasks."""
    query = select(Chore).where(
        has_come(Chore.due_ms, now_ms=now_ms, longest_ms=Chore.every_ms),
        has_come(Chore.claimed_until_ms, now_ms=now_ms, longest_ms=CLAIM_MS),
    )
    query = query.order_by(Chore.due_ms, Chore.name).limit(1)
    return session.scalars(query.with_for_update(skip_locked=True) if is_claiming else query).one_or_none()


def is_anything_due(session: Session, *, now_ms: int) -> bool:
    """For workers: whether a look would find something to claim."""
    return due_task(session, now_ms=now_ms) is not None or due_chore(session, now_ms=now_ms) is not None


def all_chores(session: Session) -> list[Chore]:
    """Every chore by name, for workers and `lamis doctor`."""
    return list(session.scalars(select(Chore).order_by(Chore.name)))
