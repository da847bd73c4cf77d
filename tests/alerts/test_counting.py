"""Kept counts and raw edges add up, and tell where a page begins."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lamis.alerts.counting import count_of, quarters_of, severities_of, stretches
from lamis.alerts.selection import select_alerts
from lamis.alerts.types import Filter
from lamis.alerts.walking import raw_count
from lamis.base.clock import HOUR_MS
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.naming import named
from tests.alerts.world import ALL, NORTH, ago, document, put


@pytest.mark.parametrize("wanted", [ALL, Filter(rule="5710"), Filter(rule="5710", user="root")], ids=named)
def test_stretches_are_exact_and_leave_no_gap(store: Database, wanted: Filter) -> None:
    put(store, *[document(n, at=ago(minutes=7 * n)) for n in range(200)])
    ranged = replace(wanted, since=ago(hours=20, minutes=3), until=ago(minutes=41))
    with store.read() as session:
        connection = driver(session)
        selection = select_alerts(connection, NORTH, ranged)
        found = list(stretches(connection, selection))
        for stretch in found:
            assert raw_count(connection, selection, stretch.lowest, stretch.highest) == stretch.n
        assert all(one.lowest >= other.highest for one, other in itertools.pairwise(found))
        whole = raw_count(connection, selection, selection.lowest, selection.highest)
        assert count_of(connection, selection) == whole
        assert sum(severities_of(connection, selection).values()) == whole
        assert sum(quarters_of(connection, selection, HOUR_MS).values()) == whole


def test_the_kept_counts_are_what_answers(store: Database) -> None:
    put(store, *[document(n, at=ago(minutes=7 * n)) for n in range(20)])
    with store.write() as session:
        driver(session).execute("UPDATE alert_count SET n = n + 100")
        driver(session).execute("UPDATE alert_facet SET n = n + 100")
    with store.read() as session:
        for wanted in (ALL, Filter(rule="5710")):
            assert count_of(driver(session), select_alerts(driver(session), NORTH, wanted)) > 100
            by_hour = quarters_of(driver(session), select_alerts(driver(session), NORTH, wanted), HOUR_MS)
            assert sum(by_hour.values()) > 100
        both = Filter(rule="5710", user="root")
        assert count_of(driver(session), select_alerts(driver(session), NORTH, both)) == 20


def test_hours_far_apart_are_counted_too(store: Database) -> None:
    ancient = datetime(1970, 1, 1, tzinfo=UTC)
    put(store, document(1), document(2, at=ancient), document(3, at=ago(hours=5)))
    with store.read() as session:
        connection = driver(session)
        selection = select_alerts(connection, NORTH, Filter(rule="5710"))
        assert count_of(connection, selection) == 3
        assert sum(stretch.n > 0 for stretch in stretches(connection, selection)) == 3
