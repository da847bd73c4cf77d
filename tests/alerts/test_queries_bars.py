"""Bars of a page: exact where counting is cheap, else of the newest matches, and said so."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from lamis.alerts.queries import severity_counts
from lamis.alerts.queries_bars import bars
from lamis.alerts.types import Filter, Severity
from lamis.base.clock import HOUR_MS, QUARTER_MS, to_ms
from lamis.base.scope import EVERYTHING
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.naming import named
from tests.alerts.world import ALL, NORTH, NOW, SOUTH, ago, document, put

ADDRESS = Filter(network=ip_network("203.0.113.7/32"))
DAY = {"since": ago(hours=24), "until": NOW}


@pytest.mark.parametrize("wanted", [ALL, Filter(rule="5710"), ADDRESS, Filter(text="login")], ids=named)
def test_few_matches_are_all_in_the_bars_of_the_whole_time(store: Database, wanted: Filter) -> None:
    put(store, *[document(n, at=ago(minutes=1 + 25 * n)) for n in range(40)])
    with store.read() as session:
        found = bars(session, NORTH, replace(wanted, **DAY), now=NOW, wished=96)
        foreign = bars(session, SOUTH, replace(wanted, **DAY), now=NOW, wished=96)
    assert found.sampled is None
    assert sum(bucket.total for bucket in found.buckets) == 40
    assert found.buckets[0].from_ms <= to_ms(ago(hours=24)) < found.buckets[0].to_ms
    assert found.buckets[-1].from_ms < to_ms(NOW) <= found.buckets[-1].to_ms
    assert sum(bucket.total for bucket in foreign.buckets) == 0


@pytest.mark.parametrize(
    ("wanted", "step_ms"), [(ALL, QUARTER_MS), (Filter(rule="5710"), HOUR_MS), (ADDRESS, QUARTER_MS)]
)
def test_a_bar_is_as_fine_as_what_answers(store: Database, wanted: Filter, step_ms: int) -> None:
    put(store, document())
    with store.read() as session:
        first = bars(session, NORTH, replace(wanted, **DAY), now=NOW, wished=96).buckets[0]
    assert first.to_ms - first.from_ms == step_ms


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [0, 4, 10, 15, 29, 31, 50, 60])
@pytest.mark.parametrize(
    "wanted", [ALL, Filter(rule="5710"), Filter(severities=frozenset(Severity))], ids=named
)
def test_bars_begin_anywhere_in_what_is_kept(store: Database, wanted: Filter, minutes: int) -> None:
    put(store, *[document(n, at=ago(minutes=n)) for n in range(200)])
    since = ago(minutes=60 + minutes)
    with store.read() as session:
        found = bars(session, NORTH, replace(wanted, since=since), now=NOW, wished=4)
        counts = severity_counts(session, NORTH, replace(wanted, since=since))
    expected = sum(ago(minutes=n) >= since for n in range(200))
    assert sum(bucket.total for bucket in found.buckets) == expected
    assert sum(counts.values()) == expected
    assert all(n >= 0 for bucket in found.buckets for n in bucket.counts.values())


def test_of_many_matches_without_kept_counts_the_newest_are_drawn_finer(store: Database) -> None:
    put(store, *[document(n, at=ago(minutes=1 + n)) for n in range(200)])
    with store.read() as session:
        found = bars(session, NORTH, replace(ADDRESS, **DAY), now=NOW, wished=96, most=90)
        exact = bars(session, NORTH, replace(ADDRESS, **DAY), now=NOW, wished=96, most=200)
    assert found.sampled == 90
    assert sum(bucket.total for bucket in found.buckets) == 90
    assert found.buckets[0].total > 0
    assert found.buckets[0].from_ms <= to_ms(ago(minutes=90)) < found.buckets[0].to_ms
    assert (exact.sampled, sum(bucket.total for bucket in exact.buckets)) == (None, 200)


def test_kept_counts_are_never_a_sample(store: Database) -> None:
    put(store, *[document(n, at=ago(minutes=1 + n)) for n in range(30)])
    with store.write() as session:
        driver(session).execute("UPDATE alert_count SET n = n + 100")
    with store.read() as session:
        found = bars(session, EVERYTHING, replace(ALL, **DAY), now=NOW, wished=96, most=5)
    assert found.sampled is None
    assert sum(bucket.total for bucket in found.buckets) > 100
