"""The workers inside the serving process: two Celery workers and the clock, each in threads."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from celery import Celery
from celery.beat import Scheduler, Service
from celery.worker import WorkController

from lamis.base.ids import new_id
from lamis.base.log import logger
from lamis.storage.runtime import Runtime
from lamis.workers.celery_app import ACT, COLLECT, LOOKS, STALE_S, TICK_S, make_app
from lamis.workers.chores import Chores
from lamis.workers.collector import Collector
from lamis.workers.waking import Waker

STOP_S = 3.0
RENEW_S = 10.0
_log = logger("workers")


class Embedded:
    """Collector and chores of one process. Hand `alarm` to the runtime that doors use.

    The two pools are apart so that sources that hang never delay requested work.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._waker = Waker(lambda: self.alarm(COLLECT))
        self.collector = Collector(runtime, alarm=self.alarm, wake_after=self._waker.after)
        self.chores = Chores(runtime)
        looks = {COLLECT: self.collector.look, ACT: self.chores.look}
        broker = new_id()
        self._apps = {kind: make_app(kind, looks, broker=broker) for kind in looks}
        threads = {COLLECT: runtime.settings.collect_threads, ACT: runtime.settings.act_threads}
        self._workers = [_worker(app, kind, threads[kind]) for kind, app in self._apps.items()]
        self._clock = Service(self._apps[ACT], max_interval=TICK_S / 2, scheduler_cls=Scheduler)
        self._is_stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def alarm(self, kind: str) -> None:
        """Have "collect" or "act" looked at now. Best effort: never raises; the clock looks anyway."""
        with suppress(Exception):
            self._apps[kind].send_task(LOOKS[kind], queue=kind, expires=STALE_S, retry=False)

    def start(self) -> None:
        """Make every source and chore ready, then start working; returns at once."""
        self.collector.start()
        self.chores.start()
        for name, run in (
            ("collect", self._workers[0].start),
            ("act", self._workers[1].start),
            ("clock", self._clock.start),
            ("claims", self._renew),
            ("waker", self._waker.run),
        ):
            thread = threading.Thread(target=_guarded, args=(name, run), name=f"lamis-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> bool:
        """Stop within three seconds; False when a job still hangs: then only the process's end ends it."""
        self._is_stopped.set()
        self._waker.stop()
        self.collector.stop()
        self.chores.stop()
        stopper = threading.Thread(target=self._stop_celery, name="lamis-stop", daemon=True)
        stopper.start()
        deadline = time.monotonic() + STOP_S
        for thread in (stopper, *self._threads):
            thread.join(max(0.0, deadline - time.monotonic()))
        is_done = not any(thread.is_alive() for thread in (stopper, *self._threads))
        if is_done:
            self.collector.close()
        return is_done

    def _stop_celery(self) -> None:
        self._clock.stop(wait=False)
        for worker in self._workers:
            worker.stop(in_sighandler=False)

    def _renew(self) -> None:
        while not self._is_stopped.wait(RENEW_S):
            _guarded("claims", self.collector.renew_claims)  # one failure must not be the last renewal


def _guarded(name: str, run: Callable[[], object]) -> None:
    try:
        run()
    except Exception:  # noqa: BLE001 -- the thread's boundary: without it a dead clock would go unseen
        _log.exception("the work of a thread failed", thread=name)


def _worker(app: Celery, kind: str, threads: int) -> WorkController:
    """A worker in threads; unlike Celery's command it takes no signals and writes no files."""
    return app.WorkController(
        hostname=f"{kind}@lamis",
        pool="threads",
        concurrency=threads,
        queues=[kind],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
