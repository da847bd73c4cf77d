"""The two worker pools of a process: Celery workers in threads, and what keeps their claims."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial

from celery import Celery
from celery.worker import WorkController

from lamis.base.clock import utc_now
from lamis.base.log import logger
from lamis.connections.rules import CLAIM_MS
from lamis.storage.runtime import Runtime
from lamis.workers import disk
from lamis.workers.brokers import Broker
from lamis.workers.celery_app import ACT, COLLECT, make_app, send
from lamis.workers.chores import Chores
from lamis.workers.collector import Collector
from lamis.workers.unasked import Unasked
from lamis.workers.waking import Waker

STOP_S = 3.0
RENEW_S = CLAIM_MS / 4000
AGAIN_S = 1.0
_log = logger("workers")


class Pools:
    """Collector and chores of one process. Hand `alarm` to the runtime that doors use.

    The two pools are apart so that sources that hang never delay requested work. `is_alone` where no other
    process works on the same store: then what an earlier one held is free at once, not after its claim.
    """

    def __init__(
        self,
        runtime: Runtime,
        broker: Broker,
        *,
        is_alone: bool,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._broker = broker
        self._is_alone = is_alone
        self._redis = runtime.redis
        self._waker = Waker(lambda: self.alarm(COLLECT))
        self.collector = Collector(
            runtime,
            alarm=self.alarm,
            wake_after=self._waker.after,
            clock=clock,
            measure=disk.measured if runtime.database.dialect == "sqlite" else disk.elsewhere,
        )
        self.chores = Chores(runtime, clock=clock)
        self._sizes = {COLLECT: runtime.settings.collect_threads, ACT: runtime.settings.act_threads}
        inner = {COLLECT: self.collector.look, ACT: self.chores.look}
        self._unasked = Unasked(inner, threads=self._sizes)
        self.apps: Mapping[str, Celery] = {
            kind: make_app(kind, self._unasked.looks, broker=broker) for kind in inner
        }
        self._is_stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def alarm(self, kind: str) -> None:
        """Have "collect" or "act" looked at now. Best effort: never raises; the clock looks anyway."""
        if self._redis is None or self._redis.problem is None:
            with suppress(Exception):
                send(self.apps[kind], kind)
                return
        self._unasked.look_soon(kind)

    def start(self) -> None:
        """Make every source and chore ready, then start working; returns at once."""
        self.collector.start(is_alone=self._is_alone)
        self.chores.start(is_alone=self._is_alone)
        for name, run in (
            (COLLECT, partial(self._take, COLLECT)),
            (ACT, partial(self._take, ACT)),
            ("claims", self._renew),
            ("waker", self._waker.run),
            ("unasked", self._unasked.run),
        ):
            thread = threading.Thread(target=_guarded, args=(name, run), name=f"lamis-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> bool:
        """Stop within three seconds; False when a job still hangs: then only the process's end ends it."""
        self._is_stopped.set()
        self._broker.stop()
        self._waker.stop()
        self._unasked.stop()
        self.collector.stop()
        self.chores.stop()
        deadline = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        is_done = not any(thread.is_alive() for thread in self._threads)
        if is_done:
            self.collector.close()
        return is_done

    def _take(self, kind: str) -> None:
        """Take messages until stopped; a worker that gave up is followed by another."""
        while not self._is_stopped.is_set():
            worker = _worker(self.apps[kind], kind, self._sizes[kind])
            worker.start()
            self._is_stopped.wait(AGAIN_S)

    def _renew(self) -> None:
        while not self._is_stopped.wait(RENEW_S):
            _guarded("claims", self.collector.renew_claims)  # one failure must not be the last renewal


def _guarded(name: str, run: Callable[[], object]) -> None:
    try:
        run()
    except Exception:  # noqa: BLE001 -- the thread's boundary: without it a dead clock would go unseen
        _log.exception("the work of a thread failed", thread=name)


def _worker(app: Celery, kind: str, threads: int) -> WorkController:
    """A worker in threads; unlike Celery's command it takes no signals and writes no files.

    Without the event loop: Celery keeps one per process, and here are two workers.
    """
    return app.WorkController(
        hostname=f"{kind}@lamis",
        pool="threads",
        concurrency=threads,
        queues=[kind],
        use_eventloop=False,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
