"""Feeds: what one distinct view has to tell. Many sockets may follow one; it is read once for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from lamis.alerts import queries, queries_news
from lamis.alerts.results import LiveRow
from lamis.alerts.types import Severity
from lamis.base.clock import iso, iso_ms
from lamis.blocking.queries import newest_change_ms
from lamis.connections.queries import troubled_count
from lamis.journal import queries as journal
from lamis.journal.positions import position_of, position_text
from lamis.journal.types import Position
from lamis.live.feeds_blocks import BlocksFeed
from lamis.live.feeds_incidents import IncidentsFeed
from lamis.live.messages import alerts_message, message
from lamis.live.rows_html import html_rows
from lamis.live.types import View

FIRST_ROWS = 100
MOST_MISSED = 500
# What one round may bring to sockets that missed nothing; a client's own limit is often 1 MB a message.
MOST_AT_ONCE = 1000


class Feed(Protocol):
    """Reads happen in one session for all feeds of a round, in a thread; they must not overlap."""

    pace_s: float  # the least time between two reads for a round

    def news(self, session: Session, *, now: datetime) -> str | None:
        """What came since the last call, for all who follow; None where nothing did."""
        ...

    def first(self, session: Session, after: str | None, *, now: datetime) -> str | None:
        """What somebody is told who begins to follow now; `news` in the same session then goes on from there.

        It changes nothing. Raises Invalid for a filter or an `after` that cannot be read.
        """
        ...


@dataclass(slots=True)
class AlertsFeed:
    """Alerts that a view gains. `position` is how far its followers were told."""

    view: View
    signing: str
    pace_s: float = 0
    position: Position | None = field(default=None)

    def news(self, session: Session, *, now: datetime) -> str | None:
        heads, before = journal.heads(session, self.view.scope), self.position
        text = None
        if before is not None and before != heads:
            text = self._since(session, before, heads, most=MOST_AT_ONCE, now=now)
        self.position = heads  # only now: a read that failed is made again
        return text

    def first(self, session: Session, after: str | None, *, now: datetime) -> str | None:
        heads, wanted = journal.heads(session, self.view.scope), self.view.wanted(now=now)
        if after is None:
            rows = queries_news.newest(session, self.view.scope, wanted, most=FIRST_ROWS)
            return self._alerts(rows, heads, now=now)
        since = position_of(after, signing=self.signing)
        return self._since(session, since, heads, most=MOST_MISSED, now=now)

    def _since(
        self, session: Session, since: Position, ends: Position, *, most: int, now: datetime
    ) -> str | None:
        scope = self.view.scope
        moved = {key: since.get(key, 0) for key, last in ends.items() if last > since.get(key, 0)}
        is_whole = journal.is_whole(session, scope, since, ends)
        found = queries_news.news(session, scope, self.view.wanted(now=now), moved, most=most)
        if is_whole and found.count <= most:
            return self._alerts(found.alerts, ends, now=now) if found.count else None
        return message(
            "reset",
            subscription="alerts",
            reason="missed" if is_whole else "pruned",
            count=found.count,
            after=position_text(ends, signing=self.signing),
        )

    def _alerts(self, rows: Sequence[LiveRow], position: Position, *, now: datetime) -> str:
        after = position_text(position, signing=self.signing)
        if self.view.format == "json":
            return alerts_message(after, rows)
        return alerts_message(after, html_rows(rows, self.view, now=now))


class _Seen(NamedTuple):
    """What the numbers of a view are drawn from."""

    counts: Mapping[Severity, int]
    blocks_ms: int | None
    late_sources: int


@dataclass(slots=True)
class StatsFeed:
    """How many alerts match, in all and by severity: told when it changed, at most once a second.

    `blocks` is when a block of the view's tenants last changed: lists mark blocked addresses by it.
    `late_sources` is how many of their sources are not read in time.
    """

    view: View
    pace_s: float = 1
    told: _Seen | None = field(default=None)

    def news(self, session: Session, *, now: datetime) -> str | None:
        seen, before = self._seen(session, now=now), self.told
        self.told = seen
        return None if before is None or before == seen else self._message(seen, now=now)

    def first(self, session: Session, after: str | None, *, now: datetime) -> str:
        return self._message(self._seen(session, now=now), now=now)

    def _seen(self, session: Session, *, now: datetime) -> _Seen:
        scope = self.view.scope
        return _Seen(
            queries.severity_counts(session, scope, self.view.wanted(now=now)),
            newest_change_ms(session, scope),
            troubled_count(session, scope, now=now),
        )

    def _message(self, seen: _Seen, *, now: datetime) -> str:
        wanted = self.view.wanted(now=now)
        return message(
            "stats",
            **{"from": None if wanted.since is None else iso(wanted.since)},
            to=iso(wanted.until or now),
            total=sum(seen.counts.values()),
            by_severity={severity.word: n for severity, n in seen.counts.items()},
            blocks=None if seen.blocks_ms is None else iso_ms(seen.blocks_ms),
            late_sources=seen.late_sources,
        )


def feed_of(view: View, *, signing: str) -> Feed:
    match view.kind:
        case "alerts":
            return AlertsFeed(view, signing)
        case "incidents":
            return IncidentsFeed(view, signing)
        case "stats":
            return StatsFeed(view)
        case "blocks":
            return BlocksFeed(view)
