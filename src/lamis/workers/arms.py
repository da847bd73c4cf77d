"""Opened connectors that wait for their next slice, so that not each poll begins with a TLS handshake."""

import threading
from dataclasses import dataclass, field

from lamis.connections.types import AlertSource
from lamis.workers.pace import Pace

KEPT_IDLE_MS = 300_000


@dataclass(slots=True)
class Arm:
    """The open connector of one source with the settings of `changed_ms`; `is_known` once identified."""

    source: AlertSource
    changed_ms: int
    is_known: bool = False
    used_ms: int = 0
    indexes: dict[str, bool] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)


class Arms:
    """Idle arms by source. Taking removes: an arm serves one slice at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[int, Arm] = {}

    def take(self, key: int, *, changed_ms: int) -> Arm | None:
        """The idle arm of a source, unless the source was edited since."""
        with self._lock:
            arm = self._idle.pop(key, None)
        if arm is None or arm.changed_ms == changed_ms:
            return arm
        arm.source.close()
        return None

    def give_back(self, key: int, arm: Arm, *, now_ms: int) -> None:
        """Keep an arm that worked for the next slice, and close those that nobody used for long."""
        arm.used_ms = now_ms
        with self._lock:
            surplus = [self._idle.pop(key)] if key in self._idle else []
            stale = [other for other, idle in self._idle.items() if now_ms - idle.used_ms > KEPT_IDLE_MS]
            surplus += [self._idle.pop(other) for other in stale]
            self._idle[key] = arm
        for one in surplus:
            one.source.close()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = list(self._idle.values()), {}
        for arm in idle:
            arm.source.close()
