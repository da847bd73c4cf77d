"""Findings of our own about sources: one that fell silent, agents that were lost."""

from datetime import datetime

from sqlalchemy.orm import Session

from lamis.alerts import queries_sources
from lamis.alerts.types import FindingDraft, Severity
from lamis.base.clock import DAY_MS, QUARTER_MS, iso_ms, to_ms
from lamis.base.errors import Conflict
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import health, queries_windows, rules
from lamis.connections.models import Connection
from lamis.incidents.actions import receive_findings
from lamis.incidents.actions_work import close
from lamis.incidents.queries_standing import waiting_finding
from lamis.incidents.types import Verdict
from lamis.storage.engine import Database
from lamis.workers.work import Work

SAMPLE = 50_000
SAMPLE_MS = 7 * DAY_MS
PROFILE_MS = 6 * 3_600_000
FRESH_MS = 300_000
SILENT_RULE = "lamis:silent"
LOST_RULES, FLOOD_RULES = ("504", "506"), ("203", "204")
_log = logger("findings")


def look_for_findings(work: Work) -> None:
    """Look at every active source; each finding is stored once, with the fact that it was."""
    database = work.runtime.database
    with database.read() as session:
        sources = queries_windows.active_connections(session, EVERYTHING)
    for number, source in enumerate(sources):
        now = work.clock()
        known = _profiled(database, source, now_ms=to_ms(now))
        _silence(database, source, known, now=now)
        _lost_agents(database, source, known, now=now)
        work.go_on(number + 1, len(sources))


def _profiled(database: Database, source: Connection, *, now_ms: int) -> dict[str, object]:
    """The facts of a source with a profile of its last 7 days that is at most six hours old."""
    if now_ms - int(source.health.get("profile_ms", 0)) < PROFILE_MS:
        return source.health
    with database.read() as session:
        sample = queries_sources.times_and_devices(
            session, EVERYTHING, source.key, since_ms=now_ms - SAMPLE_MS, most=SAMPLE
        )
        is_whole = len(sample) < SAMPLE
        quarters = [] if is_whole else _quarters(session, source, now_ms=now_ms)
    gap_ms = rules.gap_p99_ms([time_ms for time_ms, _ in sample if time_ms <= now_ms])
    profile: dict[str, object] = {
        "profile_ms": now_ms,
        "gap_ms": gap_ms if is_whole else rules.quiet_p99_ms(quarters),
        "agents": len({device for _, device in sample if device is not None}),
    }
    with database.ingest() as session:
        health.learn(session, source.key, profile)
    return {**source.health, **profile}


def _quarters(session: Session, source: Connection, *, now_ms: int) -> list[int]:
    """The quarters of the last 7 days with documents: a sample of a busy source may be of an hour."""
    found = queries_sources.quarters_with_documents(
        session, EVERYTHING, source.key, tenant_key=source.tenant_key, since_ms=now_ms - SAMPLE_MS
    )
    return [quarter for quarter in found if quarter <= now_ms // QUARTER_MS]


def _silence(database: Database, source: Connection, known: dict[str, object], *, now: datetime) -> None:
    """One finding when a source that answers sends nothing new, until it speaks again."""
    now_ms, since_ms = to_ms(now), known.get("last_new_ms")
    limit_ms = rules.silent_after_ms(_number(known.get("gap_ms")))
    is_well = source.error_code is None and now_ms - (source.last_good_ms or 0) < FRESH_MS
    if not isinstance(since_ms, int) or limit_ms is None or not is_well:
        return
    if known.get("silent_since_ms") is not None:
        return
    if now_ms - since_ms <= limit_ms:
        _speaks(database, source, now=now)
        return
    minutes = (now_ms - since_ms) // 60_000
    _store(
        database,
        source,
        FindingDraft(
            finding_id=f"silent-{source.id}-{since_ms}",
            tenant_key=source.tenant_key,
            connection_key=source.key,
            connection_id=source.id,
            rule=SILENT_RULE,
            title=f"{source.name} is silent: no new alert for {minutes} minutes",
            severity=Severity.HIGH,
            document={
                "finding": "silent",
                "source": source.name,
                "last_new_at": iso_ms(since_ms),
                "silent_after_s": limit_ms // 1000,
                "cure": "Check the Wazuh manager and Filebeat of this source; its indexer answers.",
            },
        ),
        {"silent_since_ms": since_ms},
        now=now,
    )


def _speaks(database: Database, source: Connection, *, now: datetime) -> None:
    """Close the incident of a silence that is over, whoever looks at it."""
    with database.read() as session:
        incident_id = waiting_finding(
            session, EVERYTHING, source.tenant_key, rule=SILENT_RULE, connection_key=source.key
        )
    if incident_id is None:
        return
    try:
        with database.write() as session:
            words = f"{source.name} speaks again."
            close(session, SYSTEM, incident_id, verdict=Verdict.TRUE_POSITIVE, comment=words, now=now)
    except Conflict:
        _log.info("somebody closed the incident of a silence meanwhile", source=source.name)


def _lost_agents(database: Database, source: Connection, known: dict[str, object], *, now: datetime) -> None:
    """A finding when many agents, or any queue, were lost within 15 minutes; at most one in that time."""
    now_ms = to_ms(now)
    if now_ms - (_number(known.get("agents_lost_ms")) or 0) < QUARTER_MS:
        return
    with database.read() as session:
        found = queries_sources.devices_of_rules(
            session,
            EVERYTHING,
            source.key,
            rules=[*LOST_RULES, *FLOOD_RULES],
            from_ms=now_ms - QUARTER_MS,
            to_ms=now_ms,
        )
    lost = sorted({device for rule, device in found if rule in LOST_RULES})
    flooded = sorted({device for rule, device in found if rule in FLOOD_RULES})
    if not flooded and not rules.are_agents_lost(len(lost), _number(known.get("agents")) or 0):
        return
    parts = [f"{len(lost)} agents lost"] if lost else []
    parts += [f"{len(flooded)} agent queues flooded"] if flooded else []
    _store(
        database,
        source,
        FindingDraft(
            finding_id=f"agents-{source.id}-{now_ms}",
            tenant_key=source.tenant_key,
            connection_key=source.key,
            connection_id=source.id,
            rule="lamis:agents-lost",
            title=f"{source.name}: {' and '.join(parts)} within 15 minutes",
            severity=Severity.HIGH,
            document={
                "finding": "agents-lost",
                "source": source.name,
                "lost": lost,
                "flooded": flooded,
                "cure": "Look at these agents and at the network between them and their manager.",
            },
        ),
        {"agents_lost_ms": now_ms},
        now=now,
    )


def _store(
    database: Database, source: Connection, draft: FindingDraft, facts: dict[str, object], *, now: datetime
) -> None:
    with database.ingest() as session:
        receive_findings(session, [draft], now=now)
        health.learn(session, source.key, facts)
    _log.warning(draft.title, source=source.name, finding=draft.rule)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
