"""Keeping a claim while a long call is under way: a thread renews it until the work ends."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lamis.base.errors import Conflict
from lamis.base.log import logger

RENEW_S = 10.0
_log = logger("workers")


class Keeper:
    """Tells whether the claim is still ours."""

    def __init__(self) -> None:
        self._lost: Conflict | None = None

    def lose(self, error: Conflict) -> None:
        self._lost = error

    def check(self) -> None:
        """Raise what ended the claim, if something did: stop before the next call."""
        if self._lost is not None:
            raise self._lost


@contextmanager
def keeping(renew: Callable[[], None], *, every_s: float = RENEW_S) -> Iterator[Keeper]:
    """Call `renew` every so often. When it raises Conflict the claim is lost, and `check` says so."""
    keeper, is_over = Keeper(), threading.Event()

    def run() -> None:
        while not is_over.wait(every_s):
            try:
                renew()
            except Conflict as error:
                keeper.lose(error)
                return
            except Exception:  # noqa: BLE001 -- one failure must not be the last renewal
                _log.exception("a claim could not be renewed")

    thread = threading.Thread(target=run, name="keeping", daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        is_over.set()
        thread.join()
