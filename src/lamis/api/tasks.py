"""`/api/v2/tasks`: work that somebody asked for, with its progress."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from lamis.api.dependencies import Run, Signed
from lamis.base.clock import iso_ms
from lamis.base.scope import Permission
from lamis.tasks import queries
from lamis.tasks.types import TaskInfo

router = APIRouter(prefix="/tasks", tags=["tasks"])


def shown(task: TaskInfo) -> dict[str, Any]:
    return {
        "id": task.id,
        "kind": task.kind,
        "state": task.state.value,
        "created_at": iso_ms(task.created_ms),
        "finished_at": None if task.finished_ms is None else iso_ms(task.finished_ms),
        "done": task.done,
        "total": task.total,
        "message": task.message,
    }


@router.get("")
def list_tasks(
    caller: Signed, runtime: Run, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> dict[str, Any]:
    """The newest tasks of the tenants you see, newest first."""
    caller.actor.require(Permission.SEE_CONNECTIONS)
    with runtime.database.read() as session:
        found = queries.newest_tasks(session, caller.actor.scope, limit=limit)
    return {"tasks": [shown(task) for task in found]}


@router.get("/{task_id}")
def one_task(caller: Signed, runtime: Run, task_id: str) -> dict[str, Any]:
    """One task."""
    with runtime.database.read() as session:
        return shown(queries.task_by_id(session, caller.actor.scope, task_id))
