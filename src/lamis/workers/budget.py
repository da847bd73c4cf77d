"""How many requests a minute one source is asked: a bucket that fills steadily and may owe a little."""


class Budget:
    """A token bucket. Polling may take the last token, and reads may owe; the rest waits for a reserve."""

    def __init__(self, per_minute: int, *, now_ms: int) -> None:
        self._most = float(per_minute)
        self._per_ms = per_minute / 60_000
        self._tokens = float(per_minute)
        self._at_ms = now_ms

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
