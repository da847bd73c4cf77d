"""Merged walks: newest first, each alert once, whatever the arms."""

from ipaddress import ip_network

from lamis.alerts.arms import ABOVE_ALL
from lamis.alerts.selection import select_alerts
from lamis.alerts.types import Filter
from lamis.alerts.walking import newest_keys, raw_count, raw_groups
from lamis.base.scope import Scope
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.world import ALL, ago, document, put

BOTH = Scope(frozenset({1, 2}))


def test_arms_are_merged_newest_first(store: Database) -> None:
    keys = [
        outcome.key
        for source in (1, 3)
        for outcome in put(
            store, *[document(n, at=ago(minutes=2 * n + source)) for n in range(9)], connection=source
        ).outcomes
    ]
    with store.read() as session:
        selection = select_alerts(driver(session), BOTH, ALL)
        assert len(selection.arms) == 2
        newest = sorted(keys, reverse=True)
        assert newest_keys(driver(session), selection, limit=50) == newest
        assert newest_keys(driver(session), selection, limit=4, below=newest[2], skip=3) == newest[6:10]
        assert raw_count(driver(session), selection, newest[5], ABOVE_ALL) == 6


def test_an_alert_of_several_arms_comes_once(store: Database) -> None:
    put(store, *[document(n, addresses=["203.0.113.1", "203.0.113.2"]) for n in range(5)])
    with store.read() as session:
        selection = select_alerts(driver(session), BOTH, Filter(network=ip_network("203.0.113.0/30")))
        assert (len(selection.arms), selection.is_distinct) == (2, False)
        assert len(set(newest_keys(driver(session), selection, limit=50))) == 5
        assert len(newest_keys(driver(session), selection, limit=50)) == 5
        assert raw_count(driver(session), selection, 0, ABOVE_ALL) == 5
        assert raw_groups(driver(session), selection, "1", 0, ABOVE_ALL) == {(1, 2): 5}
