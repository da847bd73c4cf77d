"""The old way, as a baseline: 24 hours of alerts as one JSON string in Redis, parsed and sliced per page."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from redis import Redis

KEY = "bench:alerts"
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class OldPage:
    """CPU seconds of one page (this process only; Redis's own are left out in the old way's favour)."""

    cpu_s: float
    size_bytes: int


def fill(redis: "Redis[bytes]", documents: Iterable[bytes]) -> int:
    """Store the documents as the old cache did; returns the size of the string."""
    body = b"[" + b",".join(documents) + b"]"
    redis.set(KEY, body)
    return len(body)


def page(redis: "Redis[bytes]", number: int) -> OldPage:
    """One page: fetch, parse, keep the caller's, sort newest first, slice, serialise."""
    before = time.process_time()
    alerts = json.loads(redis.get(KEY) or b"[]")
    mine = [alert for alert in alerts if alert.get("manager")]
    mine.sort(key=lambda alert: alert["timestamp"], reverse=True)
    shown = mine[(number - 1) * PER_PAGE : number * PER_PAGE]
    text = json.dumps({"alerts": shown, "total_alerts_in_cache": len(mine), "current_page": number})
    return OldPage(time.process_time() - before, len(text))
