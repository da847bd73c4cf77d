"""Work beside collecting: firewalls, chores that the clock repeats, and tasks that somebody asked for."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from lamis.access.importing import IMPORT_TASK
from lamis.base.clock import HOUR_MS, to_ms, utc_now
from lamis.base.errors import LamisError
from lamis.base.log import logger
from lamis.base.settings import Settings
from lamis.connections.actions import ERASE_TASK
from lamis.connectors.registry import manifest
from lamis.connectors.types import Manifest
from lamis.storage.away import is_away
from lamis.storage.runtime import Runtime
from lamis.tasks import actions as tasks
from lamis.tasks import queries as task_queries
from lamis.tasks.types import ClaimedChore, ClaimedTask, TaskState
from lamis.workers import (
    delivering,
    erasing,
    findings,
    firewalls,
    heartbeat,
    housekeeping,
    importing,
    retention,
)
from lamis.workers.blocking import Blocker
from lamis.workers.work import Unfinished, Work, WorkLost

FINDINGS, RETENTION, HOUSEKEEPING = "findings", "retention", "housekeeping"
FIREWALLS, DELIVER, HEARTBEAT = "firewalls", "deliver", "heartbeat"
_EVERY_MS: Mapping[str, int] = {
    FINDINGS: 60_000,
    RETENTION: HOUR_MS,
    HOUSEKEEPING: HOUR_MS,
    FIREWALLS: 60_000,
    DELIVER: 2_000,
}
_log = logger("chores")


class Chores:
    """Works off what is due at firewalls, chores and tasks; `look` may run in many threads at once."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        clock: Callable[[], datetime] = utc_now,
        manifest_of: Callable[[str], Manifest] = manifest,
    ) -> None:
        self._runtime = runtime
        self._clock = clock
        self._manifest_of = manifest_of
        self._is_stopping = threading.Event()
        self._blocker = Blocker(runtime, clock=clock, manifest_of=manifest_of)
        self._chores: Mapping[str, Callable[[Work], None]] = {
            FINDINGS: findings.look_for_findings,
            RETENTION: retention.keep_to_retention,
            HOUSEKEEPING: housekeeping.tidy,
            FIREWALLS: firewalls.check_firewalls,
            DELIVER: delivering.deliver,
            HEARTBEAT: heartbeat.beat,
        }
        self._tasks: Mapping[str, Callable[[Work, ClaimedTask], str]] = {
            ERASE_TASK: erasing.erase,
            IMPORT_TASK: importing.import_sources,
        }

    def start(self, *, is_alone: bool = True) -> None:
        """Have a row for every chore; where no other process works, claims of an earlier one are let go."""
        with self._runtime.database.write() as session:
            tasks.ensure_chores(session, _chores_of(self._runtime.settings))
            if is_alone:
                tasks.start_over(session)

    def stop(self) -> None:
        """Have work end at its next step; it goes on after the next start."""
        self._is_stopping.set()
        self._blocker.stop()

    def look(self) -> int:
        """Work off what is due, firewalls first: somebody waits; returns how many pieces were done."""
        done = self._block()
        while not self._is_stopping.is_set() and (self._one_task() or self._one_chore()):
            done += 1
        return done

    def _block(self) -> int:
        try:
            return self._blocker.look()
        except Exception as error:  # the boundary of all work at firewalls: chores go on without it
            if is_away(error):
                raise  # then nothing goes on, and the look says so
            _log.exception("blocking failed")
            return 0

    def _is_due(self) -> bool:
        with self._runtime.database.read() as session:
            return task_queries.is_anything_due(session, now_ms=to_ms(self._clock()))

    def _one_task(self) -> bool:
        if not self._is_due():
            return False
        with self._runtime.database.write() as session:
            claimed = tasks.claim_task(session, now=self._clock())
        if claimed is None:
            return False
        state, message = TaskState.DONE, ""
        try:
            message = self._tasks[claimed.kind](self._work(claimed), claimed)
        except (WorkLost, Unfinished):
            return False
        except LamisError as error:
            _log.warning("a task ended early", kind=claimed.kind, task=claimed.id, why=error.message)
            state, message = TaskState.FAILED, error.message
        except Exception:  # noqa: BLE001 -- the job's boundary
            _log.exception("a task failed", kind=claimed.kind, task=claimed.id)
            state, message = TaskState.FAILED, "It failed inside LAMIS; the log has the details."
        with self._runtime.database.write() as session:
            tasks.finish(session, claimed, state=state, message=message, now=self._clock())
        return True

    def _one_chore(self) -> bool:
        if not self._is_due():
            return False
        with self._runtime.database.write() as session:
            claimed = tasks.claim_chore(session, now=self._clock())
        if claimed is None:
            return False
        error = None
        try:
            self._chores[claimed.name](self._work(claimed))
        except (WorkLost, Unfinished):
            return False
        except Exception as failure:  # noqa: BLE001 -- the job's boundary
            _log.exception("a chore failed", chore=claimed.name)
            error = f"{type(failure).__name__}; the log has the details."
        with self._runtime.database.write() as session:
            tasks.finish_chore(session, claimed, error=error, now=self._clock())
        return True

    def _work(self, claimed: ClaimedTask | ClaimedChore) -> Work:
        def go_on(done: int, total: int | None) -> None:
            with self._runtime.database.write() as session:
                if isinstance(claimed, ClaimedTask):
                    holds = tasks.advance(session, claimed, done=done, total=total, now=self._clock())
                else:
                    holds = tasks.hold_chore(session, claimed, now=self._clock())
            if not holds:
                raise WorkLost
            if self._is_stopping.is_set():
                raise Unfinished

        return Work(self._runtime, self._clock, self._manifest_of, go_on)


def _chores_of(settings: Settings) -> Mapping[str, int]:
    """The chores of this installation; without an address there is no heartbeat."""
    if settings.heartbeat_url is None:
        return _EVERY_MS
    return {**_EVERY_MS, HEARTBEAT: settings.heartbeat_s * 1000}
