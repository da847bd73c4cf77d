"""One clock for many processes: whoever holds the lease is it, the others stand by."""

import threading
from collections.abc import Callable
from datetime import datetime

from celery import Celery

from lamis.base.clock import utc_now
from lamis.base.ids import new_id
from lamis.base.log import logger
from lamis.storage import leases
from lamis.storage.redis_link import ERRORS, RedisLink
from lamis.storage.runtime import Runtime
from lamis.workers.celery_app import LOOKS
from lamis.workers.ticking import Ticking

LASTS_MS = 12_000
TRY_S = 3.0
STOP_S = 2.0
MOST_WAITING = 100  # messages of one queue while no worker takes any; all say the same
_log = logger("scheduler")


class Scheduling:
    """Takes the lease where it is free, and ticks while it has it."""

    def __init__(
        self,
        runtime: Runtime,
        app: Celery,
        *,
        refresh: Callable[[], object],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._runtime = runtime
        self._app = app
        self._refresh = refresh
        self._clock = clock
        self._holder = new_id()
        self._ticking: Ticking | None = None
        self._is_cut_off = False
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lamis-lease", daemon=True)

    @property
    def is_acting(self) -> bool:
        """Whether this process is the clock now."""
        return self._ticking is not None

    def start(self) -> None:
        self._thread.start()

    def refresh(self) -> None:
        """The first version's message: make every source due, once however many processes heard it."""
        if not self.is_acting:
            return
        try:
            self._refresh()
        except Exception:  # noqa: BLE001 -- the message's boundary: the listening goes on
            _log.exception("a refresh by message failed")

    def stop(self) -> bool:
        """Stop and let another process be the clock at once; False when the database holds it up."""
        self._is_stopped.set()
        self._thread.join(STOP_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self._act(self._holds())
            if self._is_stopped.wait(TRY_S):
                break
        was_acting = self.is_acting
        self._act(False)
        if was_acting:
            self._drop()

    def _holds(self) -> bool:
        try:
            with self._runtime.database.write() as session:
                is_holder = leases.take(
                    session, leases.SCHEDULER, holder=self._holder, lasts_ms=LASTS_MS, now=self._clock()
                )
        except Exception:  # noqa: BLE001 -- the thread's boundary: a database that is away comes back
            if not self._is_cut_off:
                _log.exception("the lease could not be taken; it is tried again")
            self._is_cut_off = True
            return False
        self._is_cut_off = False
        return is_holder

    def _act(self, is_holder: bool) -> None:
        if is_holder and self._ticking is None:
            _log.info("this process is the clock")
            self._ticking = Ticking(self._app)
        elif not is_holder and self._ticking is not None:
            _log.info("this process is no longer the clock")
            self._ticking.stop()
            self._ticking = None
        if self.is_acting and self._runtime.redis is not None:
            keep_short(self._runtime.redis)

    def _drop(self) -> None:
        try:
            with self._runtime.database.write() as session:
                leases.drop(session, leases.SCHEDULER, holder=self._holder)
        except Exception:  # noqa: BLE001 -- the process ends anyway, and the lease with it in seconds
            _log.exception("the lease could not be dropped")


def keep_short(link: RedisLink) -> None:
    """Drop old messages: without a worker that takes them they would fill Redis."""
    if link.problem is not None:
        return
    try:
        for queue in LOOKS:
            link.client.ltrim(link.prefix + queue, 0, MOST_WAITING - 1)
    except ERRORS as error:
        link.lost(error)
