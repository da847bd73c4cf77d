"""The feed of incidents: what a view shows first, then each that changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.incidents import queries
from lamis.incidents.filters import matches, parse_filter
from lamis.incidents.types import IncidentFilter, IncidentRow, Kind
from lamis.journal import queries as journal
from lamis.journal.positions import position_of, position_text
from lamis.journal.types import Position
from lamis.live.messages import CHANGES, WORK_ONLY, message
from lamis.live.types import View
from lamis.views.incidents import incident_line
from lamis.views.render import render

FIRST_ROWS = 100
MOST_MISSED = 500
_WORK = tuple(f"incident.{kind.value}" for kind in Kind)


@dataclass(slots=True)
class IncidentsFeed:
    """Incidents of a view that were opened, seen again or worked on. `position` is how far it was told.

    A change is told whatever the view's states and assignee: whoever sees an open one must learn that it
    was closed. A view of work only is told of what people did and of reopening, not of each like alert.
    """

    view: View
    signing: str
    pace_s: float = 0.5  # each page that is collected changes some
    position: Position | None = field(default=None)

    def news(self, session: Session, *, now: datetime) -> str | None:
        heads, before = journal.heads(session, self.view.scope), self.position
        text = None
        if before is not None and before != heads:
            text = self._since(session, before, heads, now=now)
        self.position = heads  # only now: a read that failed is made again
        return text

    def first(self, session: Session, after: str | None, *, now: datetime) -> str | None:
        heads, wanted = journal.heads(session, self.view.scope), self._wanted()
        if after is not None:
            return self._since(session, position_of(after, signing=self.signing), heads, now=now)
        rows = queries.page(session, self.view.scope, wanted, now=now, limit=FIRST_ROWS).incidents
        return self._message("incidents", rows, heads, now=now)

    def _wanted(self) -> IncidentFilter:
        # Whose `me` is was settled when the view was made.
        return parse_filter(dict(self.view.params), person_id="")

    def _since(self, session: Session, since: Position, ends: Position, *, now: datetime) -> str | None:
        scope = self.view.scope
        moved = {key: since.get(key, 0) for key, last in ends.items() if last > since.get(key, 0)}
        is_whole = journal.is_whole(session, scope, since, ends)
        wanted, worked = self._wanted(), self._worked(session, moved, ends)
        found = queries.changed(session, scope, wanted, moved, now=now, most=MOST_MISSED, among=worked)
        if is_whole and found.count <= MOST_MISSED:
            return self._message("incident", found.incidents, ends, now=now) if found.count else None
        return message(
            "reset",
            subscription="incidents",
            reason="missed" if is_whole else "pruned",
            count=found.count,
            after=position_text(ends, signing=self.signing),
        )

    def _worked(self, session: Session, since: Position, ends: Position) -> Collection[str] | None:
        """The ids of those that were worked on; None where any change counts."""
        if dict(self.view.params).get(CHANGES) != (WORK_ONLY,):
            return None
        found = journal.between(session, self.view.scope, since, ends, kinds=_WORK, limit=MOST_MISSED + 1)
        if len(found) > MOST_MISSED:  # what lies beyond must not be left untold
            return None
        return {str(entry.subject.get("incident")) for entry in found}

    def _message(self, kind: str, rows: Sequence[IncidentRow], ends: Position, *, now: datetime) -> str:
        after = position_text(ends, signing=self.signing)
        if self.view.format == "json":
            return message(kind, after=after, incidents=rows)
        return message(kind, after=after, incidents=[self._drawn(row, now=now) for row in rows])

    def _drawn(self, row: IncidentRow, *, now: datetime) -> dict[str, object]:
        """A row as the list draws it, and whether the list as it is filtered would show it."""
        line = incident_line(row)
        html = render("incidents/row.html", line=line, now=now, show_tenant=self.view.show_tenant)
        return {"id": row.id, "is_match": matches(row, self._wanted()), "html": html.strip()}
