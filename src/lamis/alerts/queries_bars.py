"""Alerts over time for a page: exact from kept counts or of few matches, else of the newest ones."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.alerts.counting import MOST_COUNTED, quarters_of
from lamis.alerts.results import Bars, Bucket
from lamis.alerts.rules import key_ms
from lamis.alerts.selection import select_alerts
from lamis.alerts.types import Filter, Severity
from lamis.alerts.walking import newest_keys
from lamis.base.clock import HOUR_MS, QUARTER_MS, to_ms
from lamis.base.scope import Scope
from lamis.storage.raw import Raw, driver

_MINUTE_MS = 60_000
_SEVERITIES = tuple(Severity)


def bars(
    session: Session, scope: Scope, wanted: Filter, *, now: datetime, wished: int, most: int = MOST_COUNTED
) -> Bars:
    """About `wished` bars from `wanted.since`, which must be set, to `wanted.until` or `now`.

    Where kept counts cannot answer and more than `most` match, the bars hold the newest `most` alone and
    begin with the oldest of these.
    """
    assert wanted.since is not None
    connection = driver(session)
    selection = select_alerts(connection, scope, wanted)
    since_ms, until_ms = to_ms(wanted.since), to_ms(wanted.until) if wanted.until else to_ms(now) + 1
    if selection.is_kept:
        # Bars of whole quarters or hours need not look at the alerts themselves.
        step_ms = _step_ms(since_ms, until_ms, wished, QUARTER_MS if selection.is_plain else HOUR_MS)
        found = quarters_of(connection, selection, step_ms)
        return Bars(buckets(found, since_ms, until_ms, step_ms))
    keys = newest_keys(connection, selection, limit=most + 1)
    sampled = most if len(keys) > most else None
    if sampled:
        keys = keys[:sampled]
        since_ms = key_ms(keys[-1])
    step_ms = _step_ms(since_ms, until_ms, wished, _MINUTE_MS)
    found = Counter((key_ms(key) // step_ms, severity) for key, severity in _severities(connection, keys))
    return Bars(buckets(found, since_ms, until_ms, step_ms), sampled)


def _severities(connection: Raw, keys: list[int]) -> Iterator[tuple[int, int]]:
    return iter(
        connection.execute(
            "SELECT a.key, a.severity FROM @keys(j) @then alert a ON a.key = j.value",
            (connection.listed(keys),),
        )
    )


def _step_ms(since_ms: int, until_ms: int, wished: int, least_ms: int) -> int:
    return max(1, round((until_ms - since_ms) / (least_ms * wished))) * least_ms


def buckets(found: Counter[tuple[int, int]], since_ms: int, until_ms: int, step_ms: int) -> list[Bucket]:
    """The bars of a stretch, oldest first, none left out; `found` is by (bar, severity)."""
    return [
        Bucket(at * step_ms, (at + 1) * step_ms, {each: found.get((at, each), 0) for each in _SEVERITIES})
        for at in range(since_ms // step_ms, -(-until_ms // step_ms))
    ]
