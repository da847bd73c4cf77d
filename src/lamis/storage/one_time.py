"""Values handed out under a secret name and taken back once, soon; these live in this process."""

import secrets
import threading
from datetime import datetime


class OneTime:
    """Keeps short texts until their moment; each is taken at most once, by whichever thread comes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, str]] = {}

    def keep(self, value: str, *, now: datetime, until: datetime) -> str:
        """Keep `value` and return the only name it can be taken by."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            for old in [each for each, (end, _) in self._kept.items() if end <= now]:
                del self._kept[old]
            self._kept[name] = (until, value)
        return name

    def take(self, name: str, *, now: datetime) -> str | None:
        """The value, once; None for a wrong, used or late name."""
        with self._lock:
            end, value = self._kept.pop(name, (now, ""))
        return value if now < end else None

    def forget(self, name: str) -> None:
        """Drop the value, taken or not."""
        with self._lock:
            self._kept.pop(name, None)
