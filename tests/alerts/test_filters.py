"""Filters as people write them."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from lamis.alerts.filters import parse_filter
from lamis.alerts.types import Filter, Severity
from lamis.base.errors import Invalid
from tests.alerts.world import NOW

WHOLE = Filter(
    since=NOW - timedelta(days=1),
    until=NOW,
    severities=frozenset({Severity.HIGH, Severity.CRITICAL}),
    min_level=7,
    tenant_ids=frozenset({"t1", "t2"}),
    connection_ids=frozenset({"c1"}),
    rule="5710",
    group="sshd",
    device="web-01",
    network=ip_network("203.0.113.0/24"),
    user="root & co",
    mitre="T1110",
    text='"failed password"',
    unreadable_only=True,
)


def test_every_part_can_be_written() -> None:
    params = {
        "from": ["24h"],
        "to": ["now"],
        "severity": ["high,critical"],
        "level": ["7"],
        "tenant": ["t1", "t2"],
        "connection": ["c1"],
        "rule": ["5710"],
        "group": ["sshd"],
        "device": ["web-01"],
        "address": ["203.0.113.9/24"],
        "user": ["root & co"],
        "mitre": ["T1110"],
        "text": ['"failed password"'],
        "unreadable": ["yes"],
        "page": ["3"],
    }
    assert parse_filter(params, now=NOW) == WHOLE


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        ("7d", NOW - timedelta(days=7)),
        ("2W", NOW - timedelta(weeks=2)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T08:30", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-20T08:30:00+02:00", datetime(2026, 11, 20, 6, 30, tzinfo=UTC)),
        ("2026-11-20T08:30:00.5Z", datetime(2026, 11, 20, 8, 30, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_date_or_a_span(text: str, moment: datetime) -> None:
    assert parse_filter({"from": [text]}, now=NOW).since == moment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "yesterday"),
        ("from", "999999w"),
        ("to", "2026-13-01"),
        ("severity", "awful"),
        ("level", "high"),
        ("level", "-1"),
        ("level", "²"),
        ("address", "example"),
        ("address", "203.0.113.0/99"),
        ("q", "***"),
        ("q", "___ _"),
        ("rule", "x" * 600),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_filter({name: [value]}, now=NOW)
    assert caught.value.field == name


def test_a_range_that_ends_before_it_begins_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        parse_filter({"from": ["1h"], "to": ["2h"]}, now=NOW)
    assert caught.value.field == "to"


def test_blank_values_are_no_filter() -> None:
    blank = {name: [" "] for name in ("from", "to", "severity", "level", "tenant", "rule", "address", "q")}
    assert parse_filter(blank, now=NOW) == Filter()
