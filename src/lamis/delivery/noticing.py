"""From the journal to deliveries: each channel follows the journal of its tenant, entry by entry.

A channel's position and the rows made of what lies behind it move in one transaction, and only from where
they were read: two workers at once make each delivery once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import update
from sqlalchemy.orm import Session

from lamis.alerts.types import Severity
from lamis.base.clock import HOUR_MS, to_ms
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING
from lamis.delivery import messages, queries, queries_incidents, queries_log, rules
from lamis.delivery.models import Channel, Delivery
from lamis.delivery.types import SUMMARY, DeliveryState, IncidentFacts, Notable
from lamis.journal.models import JournalEntry
from lamis.journal.queries import entries, heads
from lamis.tenants.queries import tenant_names

PAGE = 200
# How far a position may stay behind where nothing was told, to save a write at each page of alerts.
LAG = 500
_KINDS = tuple(each.value for each in Notable)


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether `notice` would write something; asked before a transaction that writes is begun."""
    ends, now_ms = heads(session, EVERYTHING), to_ms(now)
    for tenant_key, group in groupby(queries.active_channels(session, EVERYTHING), _tenant):
        followers, end = list(group), ends.get(tenant_key, 0)
        first = min(channel.position for channel in followers)
        if any(_owes_summary(channel, now_ms) for channel in followers) or end - first > LAG:
            return True
        if entries(session, EVERYTHING, tenant_key, after=first, until=end, kinds=_KINDS, limit=1):
            return True
    return False


def notice(session: Session, *, now: datetime, public_url: str | None) -> int:
    """Make the deliveries of what the journals tell, and the summaries of hours that ended.

    Returns how many rows were made. Safe to repeat; call it until it makes none.
    """
    tenants = tenant_names(session, EVERYTHING)
    ends = heads(session, EVERYTHING)
    made = 0
    for tenant_key, group in groupby(queries.active_channels(session, EVERYTHING), _tenant):
        followers = list(group)
        teller = _Teller(session, now, tenants.get(tenant_key, ""), public_url)
        made += sum(teller.summarise(channel) for channel in followers if _owes_summary(channel, to_ms(now)))
        first, end = min(channel.position for channel in followers), ends.get(tenant_key, 0)
        if end <= first:
            continue
        found = entries(session, EVERYTHING, tenant_key, after=first, until=end, kinds=_KINDS, limit=PAGE)
        end = found[-1].number if len(found) == PAGE else end
        facts = queries_incidents.facts(session, EVERYTHING, tenant_key, _named(found, "incident"))
        old = _history(session, tenant_key, found, facts)
        made += sum(teller.follow(channel, found, facts, old=old, end=end) for channel in followers)
    return made


class _Teller:
    """Tells the channels of one tenant."""

    def __init__(self, session: Session, now: datetime, tenant: str, public_url: str | None) -> None:
        self._session = session
        self._now_ms = to_ms(now)
        self._tenant = tenant
        self._public_url = public_url

    def follow(
        self,
        channel: Channel,
        found: Sequence[JournalEntry],
        facts: Mapping[str, IncidentFacts],
        *,
        old: Collection[int],
        end: int,
    ) -> int:
        """Move the channel to `end` and make the deliveries of what it passes.

        The entries numbered in `old` tell of history; the summary names them.
        """
        position = channel.position
        if end <= position:
            return 0
        hour = rules.hour_at(_hour(channel), self._now_ms)
        rows: list[Delivery] = []
        for entry in found:
            incident = facts.get(str(entry.subject.get("incident"))) or _told(entry)
            if entry.number <= position or incident is None or not _wants(channel, entry, incident):
                continue
            state = DeliveryState.MUTED
            if (incident.muted_until_ms or 0) <= self._now_ms:
                hour, state = rules.with_one_more(
                    hour, per_hour=channel.per_hour, is_history=entry.number in old
                )
            rows.append(self._delivery(channel, entry, incident, state))
        if not self._move(channel, position=end, hour=hour):
            return 0
        self._session.add_all(rows)
        self._session.flush()
        return len(rows)

    def summarise(self, channel: Channel) -> int:
        """One notification in place of those held back in an hour that ended."""
        hour = _hour(channel)
        until_ms = hour.from_ms + HOUR_MS
        if not self._move(channel, position=channel.position, hour=rules.Hour()):
            return 0
        held = queries_log.held_back(
            self._session, EVERYTHING, channel.key, since_ms=hour.from_ms, limit=messages.MOST_LISTED
        )
        body = messages.summary_body(
            [_data(row) for row in held],
            count=hour.held,
            tenant=self._tenant,
            since_ms=hour.from_ms,
            until_ms=until_ms,
            public_url=self._public_url,
        )
        row = self._row(channel, f"summary:{hour.from_ms}", SUMMARY, body, DeliveryState.WAITING)
        row.severity = held[0].severity if held else None
        self._session.add(row)
        self._session.flush()
        return 1

    def _delivery(
        self, channel: Channel, entry: JournalEntry, incident: IncidentFacts, state: DeliveryState
    ) -> Delivery:
        body = messages.incident_body(
            Notable(entry.kind),
            incident,
            tenant=self._tenant,
            at_ms=entry.at_ms,
            public_url=self._public_url,
        )
        row = self._row(channel, f"journal:{entry.number}", entry.kind, body, state)
        row.incident_id, row.severity = incident.id, int(incident.severity)
        return row

    def _row(
        self, channel: Channel, event: str, kind: str, body: messages.Body, state: DeliveryState
    ) -> Delivery:
        return Delivery(
            id=new_id(),
            tenant_key=channel.tenant_key,
            channel_key=channel.key,
            event=event,
            kind=kind,
            title=messages.title_of(body),
            body=body,
            state=state.value,
            created_ms=self._now_ms,
            due_ms=self._now_ms,
            finished_ms=None if state is DeliveryState.WAITING else self._now_ms,
        )

    def _move(self, channel: Channel, *, position: int, hour: rules.Hour) -> bool:
        """Move on from what was read; False when another worker did."""
        known = _hour(channel)
        moved = self._session.execute(
            update(Channel)
            .where(
                Channel.key == channel.key,
                Channel.position == channel.position,
                Channel.hour_from_ms == known.from_ms,
                Channel.hour_count == known.count,
                Channel.hour_held == known.held,
            )
            .values(
                position=position,
                hour_from_ms=hour.from_ms,
                hour_count=hour.count,
                hour_held=hour.held,
            )
            .execution_options(synchronize_session=False)
        )
        self._session.refresh(channel)
        return bool(moved.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def _tenant(channel: Channel) -> int:
    return channel.tenant_key


def _hour(channel: Channel) -> rules.Hour:
    return rules.Hour(channel.hour_from_ms, channel.hour_count, channel.hour_held)


def _owes_summary(channel: Channel, now_ms: int) -> bool:
    return bool(channel.hour_held) and _hour(channel).is_over(now_ms)


def _wants(channel: Channel, entry: JournalEntry, incident: IncidentFacts) -> bool:
    return rules.is_wanted(
        entry.kind,
        incident.severity,
        events=channel.events,
        least=Severity(channel.min_severity),
        is_failing=channel.is_failing,
        rule=incident.rule,
    )


def _named(found: Sequence[JournalEntry], what: str) -> list[str]:
    return sorted({str(entry.subject.get(what)) for entry in found})


def _history(
    session: Session, tenant_key: int, found: Sequence[JournalEntry], facts: Mapping[str, IncidentFacts]
) -> frozenset[int]:
    """The numbers of entries about incidents of before their source was connected."""
    connected = queries_incidents.connected_ms(session, EVERYTHING, tenant_key, _named(found, "connection"))
    return frozenset(
        entry.number
        for entry in found
        if (incident := facts.get(str(entry.subject.get("incident"))))
        and rules.is_history(
            incident.last_ms, connected_ms=connected.get(str(entry.subject.get("connection")))
        )
    )


def _told(entry: JournalEntry) -> IncidentFacts | None:
    """What the entry itself says, where the incident's row is gone."""
    severity = next((each for each in Severity if each.word == entry.subject.get("severity")), None)
    incident = entry.subject.get("incident")
    return None if severity is None or incident is None else IncidentFacts(str(incident), severity)


def _data(row: Delivery) -> Mapping[str, object]:
    data = row.body["data"]
    assert isinstance(data, Mapping)
    return data
