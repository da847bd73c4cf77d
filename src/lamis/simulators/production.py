"""Filling a simulated indexer: a history at once, then documents as time goes by, with its moods."""

import heapq
import random
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from lamis.base.clock import DAY_MS
from lamis.simulators.faults import Fault, FaultKind
from lamis.simulators.indexer import Indexer
from lamis.simulators.profiles import Profile
from lamis.simulators.stories.day import Pace, documents

_MINUTE_MS = 60_000
_LATE_CHANCE = 0.02
_RESENT_CHANCE = 0.006
_MOODS = (
    Fault(FaultKind.SLOW, lasts_s=12, delay_s=4),
    Fault(FaultKind.TOO_MANY_REQUESTS, count=2, retry_after_s=2),
    Fault(FaultKind.BREAKER, count=1),
    Fault(FaultKind.SHARDS_FAILED, count=1),
)


@dataclass(slots=True)
class Production:
    """Makes the documents of `profile` in `indexer`.

    `live_from_ms` is when the deployment was first started. The documents, their `_id`s included,
    follow from the profile and that time, so a restarted deployment holds what it held before.
    """

    indexer: Indexer
    profile: Profile
    live_from_ms: int
    _done_ms: int = 0
    _mood_minute: int = 0
    _late: list[tuple[int, int, bytes]] = field(default_factory=list)

    def make_history(self, *, now_ms: int) -> int:
        """Make all there is up to now: 24 h before the first start on, whole days only later on.

        Returns how many documents there are.
        """
        whole_days = (now_ms - DAY_MS) // DAY_MS * DAY_MS
        self._done_ms = max(self.live_from_ms - DAY_MS, whole_days)
        self._mood_minute = now_ms // _MINUTE_MS
        self._make(now_ms, is_live=False)
        return len(self.indexer.documents)

    def go_on(self, *, now_ms: int) -> None:
        """Make what happened since the last call, and let a misbehaving deployment misbehave."""
        self._make(now_ms, is_live=True)
        while self._late and self._late[0][0] <= now_ms:
            _, at_ms, raw = heapq.heappop(self._late)
            self._add(raw, at_ms=at_ms)
        minute = now_ms // _MINUTE_MS
        if self.profile.is_misbehaving and minute > self._mood_minute:
            self._mood_minute = minute
            rng = self._dice(minute)
            if rng.random() < 0.3:
                self.indexer.faults.add(rng.choice(_MOODS))

    def _make(self, until_ms: int, *, is_live: bool) -> None:
        own = self.profile
        pace = Pace(own.per_day, own.live_per_s, self.live_from_ms, own.stories_per_day)
        made = documents(self.profile.programme, self._done_ms, until_ms, pace=pace, seed=self.profile.seed)
        for at_ms, source in made:
            raw = orjson.dumps(source)
            rng = self._dice(at_ms) if self.profile.is_misbehaving else None
            if rng is not None and rng.random() < _RESENT_CHANCE:
                self._add(raw, at_ms=at_ms, again=True)
            if rng is not None and is_live and rng.random() < _LATE_CHANCE:
                heapq.heappush(self._late, (at_ms + rng.randrange(20_000, 240_000), at_ms, raw))
            else:
                self._add(raw, at_ms=at_ms)
        self._done_ms = max(self._done_ms, until_ms)

    def _add(self, raw: bytes, *, at_ms: int, again: bool = False) -> None:
        digest = blake2b(raw, digest_size=15, person=b"again" if again else b"").digest()
        self.indexer.put(raw, time_ms=at_ms, doc_id=urlsafe_b64encode(digest).decode())

    def _dice(self, place: int) -> random.Random:
        return random.Random(self.profile.seed << 64 ^ place)  # noqa: S311 -- a mood, not a secret
