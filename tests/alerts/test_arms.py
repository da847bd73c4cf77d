"""Every filter is a walk down an index: no sort, no scan of a whole table, whatever leads."""

from ipaddress import ip_network

import pytest

from lamis.alerts.arms import ABOVE_ALL, Wish, leading_arms
from lamis.alerts.selection import select_alerts
from lamis.alerts.types import Filter, Severity
from lamis.base.scope import EVERYTHING, Scope
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.naming import named
from tests.alerts.test_queries import FILTERS
from tests.alerts.world import NORTH, ago, document, put, settle

BOTH = Scope(frozenset({1, 2}))


@pytest.mark.slow
@pytest.mark.parametrize("scope", [EVERYTHING, NORTH, BOTH], ids=["all", "one", "several"])
@pytest.mark.parametrize("wanted", FILTERS, ids=named)
def test_no_filter_sorts_or_scans(sqlite_database: Database, wanted: Filter, scope: Scope) -> None:
    store = sqlite_database
    settle(store)
    put(store, *[document(n, at=ago(minutes=n), level=n) for n in range(30)])
    with store.read() as session:
        connection = driver(session)
        for arm in select_alerts(connection, scope, wanted).arms:
            sql = "EXPLAIN QUERY PLAN " + arm.sql(arm.key, f" ORDER BY {arm.key} DESC LIMIT 25")
            plan = [row[3] for row in connection.execute(sql, arm.values(0, ABOVE_ALL))]
            assert not [step for step in plan if "TEMP B-TREE" in step or "AUTOMATIC" in step], plan
            assert not [step for step in plan if step.startswith("SCAN") and "VIRTUAL" not in step], plan


def test_the_rarest_part_of_a_filter_leads(store: Database) -> None:
    put(store, *[document(n, at=ago(minutes=n), device="rare" if n == 1 else "common") for n in range(50)])
    with store.read() as session:
        connection = driver(session)
        for wanted in (
            Filter(group="sshd", device="rare"),
            Filter(rule="5710", device="rare", severities=frozenset({Severity.MEDIUM})),
            Filter(device="rare", network=ip_network("203.0.113.0/24")),
        ):
            label = connection.execute("SELECT key FROM label WHERE text = 'rare'").fetchone()[0]
            (arm,) = select_alerts(connection, NORTH, wanted).arms
            assert arm.lead_values == (1, label)


def test_a_network_of_very_many_addresses_does_not_lead(store: Database) -> None:
    put(store, *[document(n, addresses=[f"10.0.{n // 200}.{n % 200}"]) for n in range(400)])
    with store.read() as session:
        connection = driver(session)
        for network, leads in (("10.0.0.0/8", False), ("10.0.1.0/24", True)):
            arms = select_alerts(connection, NORTH, Filter(network=ip_network(network))).arms
            assert all(arm.source.startswith("alert_address") is leads for arm in arms)
            assert (len(arms) == 200) is leads


def test_what_no_address_has_matches_nothing(store: Database) -> None:
    with store.read() as session:
        first, last = b"\x00" * 16, b"\xff" * 16
        assert leading_arms(driver(session), Wish((1,), network=(first, last)), 0, ABOVE_ALL) == []
