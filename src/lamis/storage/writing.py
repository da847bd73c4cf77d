"""The writers' queue of one process: people come before ingest."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WriterQueue:
    """A lock for SQLite's one writer that lets a person's small write in before the next page of ingest.

    Without it, both wait on SQLite's busy handler, whose sleeps grow: measured small writes beside
    full ingest then take a second.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._is_held = False
        self._people = 0

    @contextmanager
    def person(self) -> Iterator[None]:
        with self._turn:
            self._people += 1
            try:
                while self._is_held:
                    self._turn.wait()
            finally:
                self._people -= 1
            self._is_held = True
        yield from self._held()

    @contextmanager
    def ingest(self) -> Iterator[None]:
        with self._turn:
            while self._is_held or self._people:
                self._turn.wait()
            self._is_held = True
        yield from self._held()

    def _held(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._turn:
                self._is_held = False
                self._turn.notify_all()
