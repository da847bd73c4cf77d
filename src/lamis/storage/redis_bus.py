"""The bell between processes: what one commits, the others hear. Like the bell itself it only says "look".

Where Redis does not answer, whoever watches the journal is told to look each second instead.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from redis.client import PubSub

from lamis.base.ids import new_id
from lamis.base.log import logger
from lamis.storage.bus import Bell, Bus
from lamis.storage.redis_link import ERRORS, RedisLink

CONTROL = "lamis:control"  # the first version's channel, by its name
REFRESH = "REFRESH_DATA"
LOOK_S = 1.0
STOP_S = 2.0
_log = logger("redis")


def bell_channel(link: RedisLink) -> str:
    return link.prefix + "bell"


def listeners(link: RedisLink) -> int:
    """How many processes of the installation hear the bell."""
    found: list[tuple[str, int]] = link.client.pubsub_numsub(bell_channel(link))  # type: ignore[assignment]
    return found[0][1]


class RedisBus:
    """Carries the bell of this process's `bus` to the other processes, and theirs to it.

    `refresh` is called for the first version's message, in the listening thread; it must not raise.
    """

    def __init__(self, link: RedisLink, bus: Bus, *, refresh: Callable[[], object] | None = None) -> None:
        self._link = link
        self._bus = bus
        self._refresh = refresh
        self._own = new_id()
        self._waiting: set[Bell] = set()
        self._turn = threading.Condition()
        self._is_stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Say whether Redis is there, then carry; returns after a second at most."""
        self._link.look()
        self._bus.carry(self._carry)
        for name, run in (("bell-out", self._send_all), ("bell-in", self._listen)):
            thread = threading.Thread(target=run, name=f"lamis-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> bool:
        """Stop within two seconds; False when Redis still holds a thread."""
        self._bus.carry(None)
        self._is_stopped.set()
        with self._turn:
            self._turn.notify_all()
        deadline = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _carry(self, bell: Bell) -> None:
        """Called in the thread that committed: only notes it."""
        with self._turn:
            self._waiting.add(bell)
            self._turn.notify_all()

    def _send_all(self) -> None:
        while not self._is_stopped.is_set():
            with self._turn:
                if not self._waiting:
                    self._turn.wait(LOOK_S)
                bells, self._waiting = self._waiting, set()
            if self._link.problem is not None:
                self._bus.ring(Bell.STORED)
                self._is_stopped.wait(LOOK_S)
                continue
            with suppress(*ERRORS):  # who missed it hears the next, or looks when the line comes back
                for bell in sorted(bells):
                    self._link.client.publish(bell_channel(self._link), f"{bell} {self._own}")

    def _listen(self) -> None:
        while not self._is_stopped.is_set():
            try:
                self._hear_while_there()
            except ERRORS as error:
                self._link.lost(error)
                self._is_stopped.wait(LOOK_S)
            except Exception:  # noqa: BLE001 -- the thread's boundary: without it a deaf process went unseen
                _log.exception("listening to Redis failed")
                self._is_stopped.wait(LOOK_S)

    def _hear_while_there(self) -> None:
        """Listen until the line breaks, which raises."""
        with PubSub(self._link.client.connection_pool, ignore_subscribe_messages=True) as line:
            channels = [bell_channel(self._link), *([CONTROL] if self._refresh else [])]
            line.subscribe(*channels)  # type: ignore[no-untyped-call]  # redis-py has no type for it
            self._link.client.ping()
            self._link.reached()
            for bell in Bell:  # whatever was missed meanwhile
                self._bus.ring(bell)
            ask_at = time.monotonic() + LOOK_S
            while not self._is_stopped.is_set():
                message = line.get_message(timeout=LOOK_S / 2)
                if message is not None:
                    self._heard(message)
                if time.monotonic() >= ask_at:
                    self._link.client.ping()  # a line that broke without a word is silent for ever
                    ask_at = time.monotonic() + LOOK_S

    def _heard(self, message: dict[str, Any]) -> None:
        text = str(message["data"])
        if message["channel"] == CONTROL:
            if text.strip() == REFRESH and self._refresh is not None:
                self._refresh()
            return
        kind, _, sender = text.partition(" ")
        if sender != self._own and kind in set(Bell):
            self._bus.ring(Bell(kind))
