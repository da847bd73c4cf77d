"""The chart and the top lists of the last 24 hours, counted once for all who look at the same moment."""

import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from lamis.alerts import queries, queries_top
from lamis.alerts.types import Filter
from lamis.base.clock import to_ms
from lamis.journal.queries import heads
from lamis.views.charts import Histogram, TopItem, histogram
from lamis.views.links import link
from lamis.web.visits import Visit

DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
TOP = 5
_LASTS_MS = 5_000
_MOST = 200


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """What the overview draws of the last 24 hours in a scope."""

    histogram: Histogram
    hourly: Sequence[int]
    top_addresses: Sequence[TopItem]
    top_rules: Sequence[TopItem]
    top_devices: Sequence[TopItem]


@dataclass(slots=True)
class KeptDays:
    """Numbers by what they were counted from; the oldest go first."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: dict[Hashable, DayNumbers] = field(default_factory=dict)

    def get(self, key: Hashable) -> DayNumbers | None:
        with self._lock:
            return self._found.get(key)

    def keep(self, key: Hashable, numbers: DayNumbers) -> None:
        with self._lock:
            while len(self._found) >= _MOST:
                del self._found[next(iter(self._found))]
            self._found[key] = numbers


def day_numbers(session: Session, visit: Visit) -> DayNumbers:
    """The numbers of what somebody sees, five seconds old at most, and never older than the newest alert."""
    scope, state = visit.actor.scope, visit.request.app.state
    kept: KeptDays | None = getattr(state, "day_numbers", None)
    if kept is None:
        kept = state.day_numbers = KeptDays()
    stored = frozenset(heads(session, scope).items())
    key = (scope.tenant_keys, stored, to_ms(visit.now) // _LASTS_MS)
    found = kept.get(key)
    if found is None:
        found = _counted(session, visit)
        kept.keep(key, found)
    return found


def _counted(session: Session, visit: Visit) -> DayNumbers:
    now = visit.now
    day = Filter(since=now - DAY, until=now + DAY)
    until_now = Filter(since=now - DAY, until=now + timedelta(milliseconds=1))
    chart = histogram(queries.histogram(session, visit.actor.scope, until_now, step=QUARTER))
    return DayNumbers(
        histogram=chart,
        hourly=chart.sums(HOUR // QUARTER),
        top_addresses=_top(session, visit, day, "address", is_mono=True),
        top_rules=_top_rules(session, visit, day),
        top_devices=_top(session, visit, day, "device"),
    )


def _top(
    session: Session, visit: Visit, day: Filter, kind: str, *, is_mono: bool = False
) -> Sequence[TopItem]:
    found = queries_top.top(session, visit.actor.scope, day, kind, limit=TOP)
    return [
        TopItem(item.text, item.n, link("/alerts", {kind: item.text}), is_mono=is_mono)
        for item in found.items
    ]


def _top_rules(session: Session, visit: Visit, day: Filter) -> Sequence[TopItem]:
    """The rules by the title of their newest alert."""
    found = queries_top.top(session, visit.actor.scope, day, "rule", limit=TOP)
    titles = queries_top.newest_titles(session, visit.actor.scope, [item.text for item in found.items])
    return [
        TopItem(
            f"{titles[item.text]} · {item.text}" if item.text in titles else item.text,
            item.n,
            link("/alerts", {"rule": item.text}),
        )
        for item in found.items
    ]
