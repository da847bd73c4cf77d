"""Values of tasks and chores."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

CLAIM_MS = 25_000
# Keys of a subject: what the vault sealed, dropped as the task ends; what was found so far, by its number.
SEALED = "sealed"
RESULTS = "results"


class TaskState(StrEnum):
    """How a task stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """A task that one worker holds; `done` is how far an earlier worker came."""

    id: str
    kind: str
    tenant_key: int | None
    subject: Mapping[str, object]
    fence: int
    done: int
    asked_by: str


@dataclass(frozen=True, slots=True)
class ClaimedChore:
    """A chore that one worker holds."""

    name: str
    fence: int


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """A task as it is shown; times are milliseconds since 1970. `total` None is not known."""

    id: str
    kind: str
    state: TaskState
    subject: Mapping[str, object]
    created_ms: int
    finished_ms: int | None
    done: int
    total: int | None
    message: str
