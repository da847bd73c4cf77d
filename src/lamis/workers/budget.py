"""How many requests a minute one source is asked: a bucket that fills steadily and may owe a little."""

from lamis.connections.models import Connection


class Budget:
    """A token bucket. Polling may take the last token, and reads may owe; the rest waits for a reserve.

    It stands in the source's row between two slices, so that any number of workers share it.
    """

    def __init__(self, connection: Connection, *, per_minute: int, now_ms: int) -> None:
        self._most = float(per_minute)
        self._per_ms = per_minute / 60_000
        kept = connection.tokens_milli
        self._tokens = self._most if kept is None else kept / 1000
        self._at_ms = now_ms if connection.tokens_ms is None else connection.tokens_ms

    def kept(self) -> dict[str, object]:
        """The columns of the source's row that keep it."""
        return {"tokens_milli": int(self._tokens * 1000), "tokens_ms": self._at_ms}

    def spend(self, requests: int, *, now_ms: int) -> None:
        """Record requests that were sent."""
        self._fill(now_ms)
        self._tokens -= requests

    def wait_ms(self, *, now_ms: int, is_poll: bool) -> int:
        """How long until a poll, or other reading, may begin; 0: now."""
        self._fill(now_ms)
        needed = 1 if is_poll else max(1.0, self._most / 4)
        return 0 if self._tokens >= needed else int((needed - self._tokens) / self._per_ms) + 1

    def _fill(self, now_ms: int) -> None:
        gone_ms = max(0, now_ms - self._at_ms)
        self._tokens = min(self._most, self._tokens + gone_ms * self._per_ms)
        self._at_ms = now_ms  # also when the clock went back
