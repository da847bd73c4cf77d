"""What a chore or a task is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lamis.connectors.types import Manifest
from lamis.storage.runtime import Runtime


class WorkLost(Exception):
    """Another worker has this work now."""


class Unfinished(Exception):
    """The process is ending; the work is taken up again after the next start."""


@dataclass(frozen=True, slots=True)
class Work:
    """The process, the time, and a way to tell that it still works.

    `go_on(done, total)` holds the claim and records progress. Raises WorkLost, Unfinished: let them pass.
    """

    runtime: Runtime
    clock: Callable[[], datetime]
    manifest_of: Callable[[str], Manifest]
    go_on: Callable[[int, int | None], None]
