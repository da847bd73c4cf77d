"""Waking whoever watches the journal, right after a commit; `redis_bus` carries it to other processes.

A bell says only "look": what happened stands in the journal. It never delays or fails a commit.
"""

import threading
from collections.abc import Callable
from enum import StrEnum

from sqlalchemy.orm import Session

from lamis.base.log import logger

_TOLD = "storage.bus.told"
_log = logger("storage")


class Bell(StrEnum):
    """Which commit rang: a page of alerts, or a person's or job's write (which may end somebody's right)."""

    STORED = "stored"
    WRITTEN = "written"


Wake = Callable[[Bell], None]


def tell(session: Session) -> None:
    """Have the bell rung once the transaction of `session` is committed; the journal calls it."""
    session.info[_TOLD] = True


class Bus:
    """The listeners of one process. They are called in the thread that committed and must not wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Wake, ...] = ()
        self._carrier: Wake | None = None

    def listen(self, wake: Wake) -> Callable[[], None]:
        """Have `wake` called after each commit that told something; the answer ends that."""
        with self._lock:
            self._listeners = (*self._listeners, wake)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not wake)

        return end

    def carry(self, carrier: Wake | None) -> None:
        """Have `carrier` called, too, for what this process committed; None ends that."""
        self._carrier = carrier

    def committed(self, session: Session, bell: Bell) -> None:
        """Ring where the committed transaction of `session` told something."""
        if session.info.pop(_TOLD, False):
            self._call(self._listeners, bell)
            if self._carrier is not None:
                self._call((self._carrier,), bell)

    def ring(self, bell: Bell) -> None:
        """Wake the listeners of this process, for what another one committed."""
        self._call(self._listeners, bell)

    def _call(self, listeners: tuple[Wake, ...], bell: Bell) -> None:
        for wake in listeners:
            try:
                wake(bell)
            except Exception:  # noqa: BLE001 -- the commit stands, whatever becomes of a listener
                _log.exception("a listener failed")
