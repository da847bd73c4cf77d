"""Invented values for the living page and for tests: believable, the same each time."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson

from lamis.alerts.types import Severity
from lamis.views.charts import Bucket, Histogram, TopItem
from lamis.views.fields import FieldLine, document_lines
from lamis.views.filters import chips, range_label, range_links
from lamis.views.incidents import IncidentLine
from lamis.views.links import Query, link
from lamis.views.pages import (
    AlertPage,
    AlertsPage,
    Completeness,
    Emptiness,
    OverviewPage,
    SourceProblem,
    SystemStatus,
)
from lamis.views.rows import AlertRow, Banner, Frame, Message, TenantChoice, Theme, Tone, navigation, pager

NOW = datetime(2026, 11, 21, 11, 45, 12, tzinfo=UTC)
TENANTS = (TenantChoice("t1", "Acme"), TenantChoice("t2", "Globex"), TenantChoice("t3", "Initech"))

_CRITICAL, _HIGH, _MEDIUM, _LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
_ALERTS: Sequence[tuple[Severity, int | None, str, str, str | None, str, str]] = (
    (_CRITICAL, 14, "Possible kernel-level rootkit", "web-04", None, "Acme", "wazuh-emea"),
    (_HIGH, 9, "Several failed sign-ins, then a success", "vpn-01", "203.0.113.61", "Acme", "wazuh-emea"),
    (_CRITICAL, None, "Credentials read from LSASS memory", "FIN-WS-118", None, "Globex", "findings-v5"),
    (_MEDIUM, 5, "A file was added to /usr/bin", "db-02", None, "Initech", "wazuh-emea"),
    (_HIGH, 8, "sshd: brute force against the system", "bastion-1", "198.51.100.23", "Acme", "wazuh-emea"),
    (_LOW, 3, "sshd: authentication failed", "bastion-1", "198.51.100.23", "Acme", "wazuh-emea"),
    (_MEDIUM, 6, "First sign-in of this user", "HR-WS-031", "192.0.2.77", "Globex", "wazuh-apac"),
    (_HIGH, None, "Malware found, the cleaning failed", "FIN-WS-104", None, "Globex", "findings-v5"),
    (_LOW, 3, "sudo to root succeeded", "db-02", None, "Initech", "wazuh-emea"),
    (_MEDIUM, 6, "Many web errors 400 from one address", "web-04", "203.0.113.9", "Acme", "wazuh-emea"),
    (_LOW, 3, "PAM: a session was opened", "web-01", None, "Acme", "wazuh-emea"),
    (_MEDIUM, 5, "Checksum of /etc/ssh/sshd_config changed", "bastion-1", None, "Acme", "wazuh-emea"),
)


def alert_rows(count: int = 25) -> tuple[AlertRow, ...]:
    """Rows newest first, a few seconds to some minutes old."""
    made = []
    for index in range(count):
        severity, level, title, device, address, tenant, source = _ALERTS[index % len(_ALERTS)]
        at = NOW - timedelta(seconds=4 + index * index * 3)
        made.append(
            AlertRow(
                id=f"a{index}",
                url=f"/alerts/a{index}",
                severity=severity,
                level=level,
                title=title,
                created_at=at,
                stored_at=at + timedelta(seconds=1.1),
                device=device,
                source_address=address,
                tenant=tenant,
                connection=source,
                connection_id=source,
                connection_label="paused" if source == "wazuh-apac" else "",
                rule=str(5700 + index),
                unreadable="level is not a number." if index == 10 else None,
            )
        )
    return tuple(made)


def day_histogram(steps: int = 96) -> Histogram:
    """A day with a busy time and one attack."""
    chance = random.Random(5)  # noqa: S311 - a picture, not a secret
    step = timedelta(days=1) / steps
    buckets = []
    for index in range(steps):
        start = NOW - timedelta(days=1) + index * step
        busy = 1.6 if 8 <= start.hour < 18 else 1.0
        attack = abs(index - steps * 0.62) < 2
        counts = {
            _LOW: int(chance.uniform(70, 140) * busy),
            _MEDIUM: int(chance.uniform(20, 50) * busy) + 40 * attack,
            _HIGH: int(chance.uniform(0, 9)) + 70 * attack,
            _CRITICAL: int(chance.uniform(2, 9)) if chance.random() < 0.1 else 0,
        }
        buckets.append(Bucket(start, start + step, counts))
    return Histogram(buckets)


def frame(current: str = "overview", *, theme: Theme = Theme.SYSTEM, here: str = "/") -> Frame:
    """The frame of a signed-in operator of three tenants."""
    return Frame(
        now=NOW,
        here=here,
        csrf_token="sample",  # noqa: S106 - not a secret
        person="Ana Ruiz",
        is_operator=True,
        tenants=TENANTS,
        nav=navigation(current, is_operator=True, sources_failing=1),
        theme=theme,
    )


PROBLEM = SourceProblem(
    "wazuh-apac",
    "answers 401: the password was changed or the account is locked.",
    "/sources/wazuh-apac",
    NOW - timedelta(hours=2, minutes=33),
)
BANNER = Banner(
    Tone.WARNING,
    "620 MB are free; collecting rests until there is 1 GB.",
    "The disk is nearly full.",
    "Read more",
    "/sources",
)
MESSAGES = (
    Message(Tone.DONE, "Source wazuh-emea was added; its first alerts are being read."),
    Message(Tone.NOTE, "Nothing was changed."),
    Message(Tone.WARNING, "Source wazuh-apac was saved without checking its certificate."),
    Message(Tone.FAILED, "Source wazuh-apac was not saved: it answers 401, so the password is wrong."),
)
ADDRESSES = tuple(
    TopItem(address, count, link("/alerts", {"address": address}), is_mono=True)
    for address, count in (
        ("198.51.100.23", 1214),
        ("203.0.113.9", 402),
        ("203.0.113.61", 188),
        ("192.0.2.77", 64),
        ("192.0.2.15", 31),
    )
)
DOCUMENT = orjson.dumps(
    {
        "timestamp": "2026-11-21T11:42:07.318+0000",
        "rule": {
            "level": 13,
            "description": "Credentials read from LSASS memory",
            "id": "92213",
            "mitre": {"id": ["T1003.001"], "tactic": ["Credential Access"], "technique": ["LSASS Memory"]},
            "groups": ["sysmon", "sysmon_event_10", "windows"],
        },
        "agent": {"id": "0412", "name": "FIN-WS-118", "ip": "10.4.2.118"},
        "data": {"srcip": "203.0.113.61", "win": {"eventdata": {"sourceImage": "C:\\Users\\Public\\mk.exe"}}},
        "full_log": "<script>alert('a log line may hold anything')</script> " + "lsass.exe 0x1410 " * 12,
    }
)


def overview(query: Query | None = None, *, emptiness: Emptiness | None = None) -> OverviewPage:
    """The dashboard with one failing source; with `emptiness`, without any alert."""
    query = query or Query("/")
    chart = day_histogram()
    return OverviewPage(
        query=query,
        status=SystemStatus(3, 4, (PROBLEM,)),
        total_24h=0 if emptiness else chart.total,
        before_24h=int(chart.total / 1.12),
        histogram=Histogram(()) if emptiness else chart,
        rows=() if emptiness else alert_rows(),
        pager=pager(query, total=0 if emptiness else chart.total),
        completeness=Completeness(there=chart.total + 4, here=chart.total, missing=4),
        top_addresses=() if emptiness else ADDRESSES,
        chips=chips(query),
        emptiness=emptiness,
    )


def alerts(query: Query | None = None, *, emptiness: Emptiness | None = None) -> AlertsPage:
    """The list under three filters."""
    query = query or Query.parse("/alerts", "severity=high&severity=critical&tenant=t1")
    return AlertsPage(
        query=query,
        rows=() if emptiness else alert_rows(),
        pager=pager(query, total=0 if emptiness else 1791),
        range_label=range_label(query),
        ranges=range_links(query),
        histogram=None if emptiness else day_histogram(),
        chips=chips(query, {"tenant": {tenant.id: tenant.name for tenant in TENANTS}}),
        tenants=[(tenant.id, tenant.name) for tenant in TENANTS],
        connections=[("c1", "wazuh-emea"), ("c2", "wazuh-apac"), ("c3", "findings-v5")],
        emptiness=emptiness,
        csv_url="/alerts/export.csv",
        ndjson_url="/alerts/export.ndjson",
    )


def incident_lines() -> list[IncidentLine]:
    """An open incident, one somebody looks at, one that is closed."""
    base = IncidentLine(
        id="i1",
        url="/incidents/i1",
        number=41,
        severity=Severity.CRITICAL,
        title="sshd: brute force trying to get access to the system",
        state="open",
        count=128,
        first_at=NOW - timedelta(hours=3),
        last_at=NOW - timedelta(seconds=9),
        opened_at=NOW - timedelta(hours=3),
        tenant="Acme",
        tenant_id="t1",
        device="bastion-1",
        source_address="203.0.113.61",
    )
    return [
        base,
        replace(base, id="i2", number=40, severity=Severity.HIGH, state="acknowledged", assignee="Ana Ruiz"),
        replace(base, id="i3", number=39, state="closed", verdict="false positive"),
    ]


def alert() -> AlertPage:
    """One critical alert with everything around it."""
    return AlertPage(
        row=alert_rows()[2],
        document=DOCUMENT.decode(),
        size_bytes=len(DOCUMENT),
        facts=(
            FieldLine(
                "Device", "FIN-WS-118", note="agent 0412 · 10.4.2.118", url="/alerts?device=FIN-WS-118"
            ),
            FieldLine("User", "GLOBEX\\m.okafor", url="/alerts?user=m.okafor"),
            FieldLine("Process", "C:\\Users\\Public\\mk.exe → lsass.exe (0x1410)", is_mono=True),
            FieldLine(
                "MITRE", "T1003.001 LSASS Memory", note="Credential Access", url="/alerts?mitre=T1003.001"
            ),
            FieldLine("Groups", "sysmon, sysmon_event_10, windows"),
            FieldLine(
                "Source address",
                "203.0.113.61",
                is_mono=True,
                note="188 alerts in 24 h",
                url="/alerts?address=203.0.113.61",
            ),
        ),
        fields=document_lines(DOCUMENT),
        around=(
            TopItem("same device", 41, "/alerts"),
            TopItem("same address", 188, "/alerts"),
            TopItem("same rule", 3, "/alerts"),
        ),
        proof=("Window 11:42:00–11:42:10 was read at 11:42:09: 38 there, 38 here.",),
        source_url="https://wazuh.example/app",
        connection_url="/sources/findings-v5",
        raw_url="/alerts/a2/document",
    )
