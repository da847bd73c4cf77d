"""The clock: says *look* to both pools twice a second, by Celery's beat in a thread."""

import threading
from contextlib import suppress
from typing import Any

from celery import Celery
from celery.beat import ScheduleEntry, Scheduler, Service

from lamis.base.log import logger
from lamis.workers.celery_app import TICK_S

_log = logger("workers")


class _Looks(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Sends without ever waiting for a line to come back: the next look is half a second away."""

    producer = None

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        with suppress(Exception):
            self.app.send_task(entry.task, retry=False, **entry.options)


class Ticking:
    """The beat of one process; it runs from its making until `stop`."""

    def __init__(self, app: Celery) -> None:
        self._service = Service(app, max_interval=TICK_S / 2, scheduler_cls=_Looks)
        self.thread = threading.Thread(target=self._run, name="lamis-clock", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self._service.stop(wait=False)

    def _run(self) -> None:
        try:
            self._service.start()
        except Exception:  # noqa: BLE001 -- the thread's boundary: without it a dead clock would go unseen
            _log.exception("the clock failed")
