"""Taking the new alerts of one page into incidents, within the transaction that stores them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Table, bindparam, insert, text, update
from sqlalchemy.orm import Session

from lamis.alerts.types import Batch, Fields, Severity
from lamis.base.clock import to_ms
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING
from lamis.incidents import rules
from lamis.incidents.models import Incident, IncidentHappening
from lamis.incidents.queries_standing import newest_of
from lamis.incidents.rules import Group, Sighting, Standing, Step
from lamis.incidents.types import Kind, Policy, State
from lamis.journal import actions as journal

_NEXT = text(
    "INSERT INTO incident_counter (name, last) VALUES ('incident', :n)"
    " ON CONFLICT (name) DO UPDATE SET last = incident_counter.last + :n RETURNING last"
)
_CHANGING = (
    "state",
    "severity",
    "count",
    "first_ms",
    "last_ms",
    "opened_ms",
    "source_address",
    "closed_ms",
    "verdict",
    "journal_number",
)
_TABLE = Incident.__table__
assert isinstance(_TABLE, Table)
_UPDATE = (
    update(_TABLE)
    .where(_TABLE.c.key == bindparam("at"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_INSERT = insert(_TABLE)


@dataclass(slots=True)
class _Seen:
    """What a page saw of one incident that stands."""

    standing: Standing
    sightings: list[Sighting] = field(default_factory=list)
    is_reopened: bool = False


@dataclass(slots=True)
class Received:
    """What one page does to the incidents of its tenant: `assign` while it is stored, `write` after.

    Rows are locked before the journal's counter is, in the order of their keys; whoever opens some also
    holds the counter of numbers, so that two workers never open the same.
    """

    session: Session
    batch: Batch
    policy: Policy
    now: datetime
    is_finding: bool = False
    _seen: dict[int, _Seen] = field(default_factory=dict)
    _opened: dict[int, Group] = field(default_factory=dict)

    def assign(self, fresh: Sequence[tuple[int, Fields]], /) -> Mapping[int, int]:
        """Which incident each new alert belongs to; those below the policy's severity belong to none."""
        groups = rules.grouped(
            fresh,
            policy=self.policy,
            preset=self.batch.preset,
            source=self.batch.connection_key if self.is_finding else None,
        )
        if opening := self._take(groups):
            last = int(self.session.execute(_NEXT, {"n": len(opening)}).scalar_one())
            # Whoever held the counter before may have opened some of these.
            opening = self._take(opening)
            self._opened = {last - place: group for place, group in enumerate(reversed(opening))}
        seen = {sighting.key: key for key, each in self._seen.items() for sighting in each.sightings}
        new = {sighting.key: key for key, group in self._opened.items() for sighting in group.sightings}
        return seen | new

    def write(self, journal_number: int | None) -> None:
        """Change and add the rows; what was only seen again changed with the journal's `journal_number`."""
        rows = []
        for key, seen in sorted(self._seen.items()):
            if seen.is_reopened:
                journal_number = self._reopened(seen)
            rows.append(
                _changed(seen, now_ms=to_ms(self.now)) | {"at": key, "new_journal_number": journal_number}
            )
        if rows:
            self.session.connection().execute(_UPDATE, rows)
        if self._opened:
            self.session.connection().execute(_INSERT, self._new_rows())

    def _take(self, groups: Sequence[Group]) -> list[Group]:
        """Share the alerts out to what stands; returns those that open incidents of their own."""
        by_print = {group.fingerprint: group for group in groups}
        newest = newest_of(self.session, EVERYTHING, self.batch.tenant_key, by_print.keys())
        opening = []
        for fingerprint, group in by_print.items():
            standing = newest.get(fingerprint)
            for step, sightings in rules.steps(group.sightings, standing, quiet=self.policy.quiet):
                if step is Step.OPEN or standing is None:
                    opening.append(Group(group.likeness, list(sightings), standing))
                    continue
                seen = self._seen.setdefault(standing.key, _Seen(standing))
                seen.sightings += sightings
                seen.is_reopened |= step is Step.REOPEN
        return opening

    def _reopened(self, seen: _Seen) -> int:
        """Tell that an incident is open again; returns the number of the journal entry."""
        standing = seen.standing
        self.session.add(
            IncidentHappening(
                incident_key=standing.key,
                tenant_key=self.batch.tenant_key,
                at_ms=to_ms(self.now),
                kind=Kind.REOPENED,
                actor_id="system",
            )
        )
        severity = max(standing.severity, *(sighting.severity for sighting in seen.sightings))
        return self._record([("incident.reopened", self._subject(standing.id, Severity(severity)))])

    def _new_rows(self) -> list[dict[str, object]]:
        opened = [(key, new_id(), group) for key, group in sorted(self._opened.items())]
        told = [
            ("incident.opened", self._subject(public_id, group.severity)) for _, public_id, group in opened
        ]
        first = self._record(told)
        return [
            self._new_row(key, public_id, group) | {"journal_number": first + place}
            for place, (key, public_id, group) in enumerate(opened)
        ]

    def _new_row(self, key: int, public_id: str, group: Group) -> dict[str, object]:
        first, last = group.sightings[0], group.sightings[-1]
        return {
            "key": key,
            "id": public_id,
            "tenant_key": self.batch.tenant_key,
            "fingerprint": group.fingerprint,
            "title": first.title,
            "severity": int(group.severity),
            "state": State.OPEN.value,
            "count": len(group.sightings),
            "first_ms": first.time_ms,
            "last_ms": last.time_ms,
            "opened_ms": to_ms(self.now),
            "rule": first.rule,
            "device": group.likeness.device,
            "source_address": rules.shared_address(sighting.address for sighting in group.sightings),
            "previous_key": None if group.previous is None else group.previous.key,
        }

    def _subject(self, public_id: str, severity: Severity) -> Mapping[str, object]:
        return {
            "incident": public_id,
            "severity": severity.word,
            "connection": self.batch.connection_id,
        }

    def _record(self, happenings: Sequence[tuple[str, Mapping[str, object]]]) -> int:
        """Journal some happenings; returns the number of the first."""
        stream = journal.tenant_stream(self.batch.tenant_key)
        return journal.record_each(self.session, stream, happenings, actor="system", now=self.now)


def _changed(seen: _Seen, *, now_ms: int) -> dict[str, object]:
    """The values of an incident's columns once its new alerts are in it."""
    standing, sightings = seen.standing, seen.sightings
    addresses = [standing.source_address, *(sighting.address for sighting in sightings)]
    return {
        "new_state": State.OPEN.value if seen.is_reopened else standing.state,
        "new_severity": max(standing.severity, *(int(sighting.severity) for sighting in sightings)),
        "new_count": standing.count + len(sightings),
        "new_first_ms": min(standing.first_ms, *(sighting.time_ms for sighting in sightings)),
        "new_last_ms": max(standing.last_ms, *(sighting.time_ms for sighting in sightings)),
        "new_opened_ms": now_ms if seen.is_reopened else standing.opened_ms,
        "new_source_address": rules.shared_address(addresses),
        "new_closed_ms": None if seen.is_reopened else standing.closed_ms,
        "new_verdict": None if seen.is_reopened else standing.verdict,
    }
