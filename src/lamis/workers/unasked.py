"""Looking at due rows without having been told to: while Redis is away, or no scheduler is alive."""

import threading
import time
from collections.abc import Callable, Mapping
from functools import partial

from lamis.base.log import logger

EVERY_S = 2.0
_PAUSE_S = 0.25
_log = logger("workers")


class Unasked:
    """Counts the looks of a process, and makes those that nobody asks for.

    Give `looks` to whoever is asked. `run` looks at a kind that nobody was told to look at for EVERY_S;
    never do more threads look than `threads` says, asked or not.
    """

    def __init__(
        self,
        looks: Mapping[str, Callable[[], object]],
        *,
        threads: Mapping[str, int],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = looks
        self._threads = threads
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._running = dict.fromkeys(looks, 0)
        self._began = dict.fromkeys(looks, monotonic())
        self._failing: set[str] = set()
        self._is_stopped = threading.Event()
        self.looks: Mapping[str, Callable[[], object]] = {kind: partial(self._look, kind) for kind in looks}

    def look_soon(self, kind: str) -> None:
        """Look in a thread of its own, unless as many as may look already."""
        with self._lock:
            if self._is_stopped.is_set() or self._running[kind] >= self._threads[kind]:
                return
        threading.Thread(target=self.looks[kind], name=f"lamis-{kind}-unasked", daemon=True).start()

    def run(self) -> None:
        """Look where nobody asked for long, until stopped."""
        while not self._is_stopped.wait(_PAUSE_S):
            for kind in self._forgotten():
                self.look_soon(kind)

    def stop(self) -> None:
        self._is_stopped.set()

    def _forgotten(self) -> list[str]:
        with self._lock:
            return [kind for kind, at in self._began.items() if self._monotonic() - at >= EVERY_S]

    def _look(self, kind: str) -> None:
        with self._lock:
            if self._is_stopped.is_set():
                return
            self._running[kind] += 1
            self._began[kind] = self._monotonic()
        try:
            self._inner[kind]()
        except Exception as error:  # noqa: BLE001 -- the look's boundary: the next one comes by itself
            self._note(kind, error)
        else:
            self._note(kind, None)
        finally:
            with self._lock:
                self._running[kind] -= 1

    def _note(self, kind: str, error: Exception | None) -> None:
        """Say when looks begin to fail, as where the database is away, and when they end to."""
        with self._lock:
            has_turned = (kind in self._failing) is (error is None)
            (self._failing.discard if error is None else self._failing.add)(kind)
        if has_turned and error is not None:
            _log.error("looking for due work fails; it is tried again", kind=kind, exc_info=error)
        elif has_turned:
            _log.info("looking for due work succeeds again", kind=kind)
