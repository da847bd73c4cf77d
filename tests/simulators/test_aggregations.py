"""Aggregations over the same selections as searches."""

from typing import Any

import pytest

from lamis.simulators.indexer import Indexer
from tests.simulators.asking import T0, ask, document, make_indexer, told


@pytest.fixture(scope="module")
def indexer() -> Indexer:
    made = make_indexer()
    for step in range(120):
        made.add(document(T0 + step * 60_000, rule={"level": step % 10}))
    made.add(document(None))
    return made


def aggregated(indexer: Indexer, wanted: dict[str, Any], query: dict[str, Any] | None = None) -> Any:
    body = {"size": 0, "aggs": {"x": wanted}, **({"query": query} if query else {})}
    return told(ask(indexer, "POST", "/wazuh-alerts-*/_search", body))["aggregations"]["x"]


def spans(*edges: tuple[int | None, int | None]) -> dict[str, Any]:
    made = {}
    for number, (start, end) in enumerate(edges):
        limits = {"gte": start, "lt": end, "format": "epoch_millis"}
        made[f"w{number}"] = {"range": {"@timestamp": {k: v for k, v in limits.items() if v is not None}}}
    return made


def test_filters_count_many_windows_at_once(indexer: Indexer) -> None:
    hour = 3_600_000
    windows = spans((T0, T0 + hour), (T0 + hour, T0 + 2 * hour), (None, T0), (T0, None))
    windows["undated"] = {"bool": {"must_not": [{"exists": {"field": "@timestamp"}}]}}
    buckets = aggregated(indexer, {"filters": {"filters": windows}})["buckets"]
    assert [bucket["doc_count"] for bucket in buckets.values()] == [60, 60, 0, 120, 1]


def test_anonymous_filters_answer_in_order(indexer: Indexer) -> None:
    queries = [{"match_none": {}}, {"range": {"rule.level": {"gte": 8}}}]
    buckets = aggregated(indexer, {"filters": {"filters": queries}})["buckets"]
    assert [bucket["doc_count"] for bucket in buckets] == [0, 24]


def test_min_and_max_tell_the_bounds(indexer: Indexer) -> None:
    newest = aggregated(indexer, {"max": {"field": "@timestamp"}})
    assert newest == {"value": float(T0 + 119 * 60_000), "value_as_string": "2026-03-01T11:59:00.000Z"}
    assert aggregated(indexer, {"min": {"field": "@timestamp"}})["value"] == float(T0)
    assert aggregated(indexer, {"max": {"field": "@timestamp"}}, {"match_none": {}}) == {"value": None}
    assert aggregated(indexer, {"max": {"field": "rule.level"}})["value"] == 9.0


def test_a_histogram_has_its_gaps_and_inner_aggregations(indexer: Indexer) -> None:
    wanted = {
        "date_histogram": {"field": "@timestamp", "fixed_interval": "30m"},
        "aggs": {"high": {"filter": {"range": {"rule.level": {"gte": 9}}}}},
    }
    query = {"bool": {"must_not": [{"range": {"@timestamp": {"gte": T0 + 1_800_000, "lt": T0 + 3_600_000}}}]}}
    buckets = aggregated(indexer, wanted, query)["buckets"]
    assert [bucket["doc_count"] for bucket in buckets] == [30, 0, 30, 30]
    assert [bucket["high"]["doc_count"] for bucket in buckets] == [3, 0, 3, 3]
    assert buckets[0]["key_as_string"] == "2026-03-01T10:00:00.000Z"


def test_ranges_of_dates_and_numbers(indexer: Indexer) -> None:
    dates = {"field": "@timestamp", "ranges": [{"from": T0, "to": T0 + 600_000}, {"key": "all", "from": T0}]}
    buckets = aggregated(indexer, {"date_range": dates})["buckets"]
    assert [(one["key"], one["doc_count"]) for one in buckets][1] == ("all", 120)
    assert buckets[0]["doc_count"] == 10
    numbers = {"field": "rule.level", "ranges": [{"to": 5}, {"from": 5}]}
    assert [one["doc_count"] for one in aggregated(indexer, {"range": numbers})["buckets"]] == [60, 61]


def test_terms_missing_and_counts(indexer: Indexer) -> None:
    terms = aggregated(indexer, {"terms": {"field": "rule.level", "size": 2}})
    assert (terms["buckets"][0], terms["sum_other_doc_count"]) == ({"key": 5, "doc_count": 13}, 96)
    assert aggregated(indexer, {"missing": {"field": "@timestamp"}})["doc_count"] == 1
    assert aggregated(indexer, {"value_count": {"field": "rule.level"}})["value"] == 121


def test_an_unknown_kind_is_refused(indexer: Indexer) -> None:
    body: dict[str, Any] = {"aggs": {"x": {"scripted_metric": {}}}}
    assert ask(indexer, "POST", "/wazuh-alerts-*/_search", body).status == 400
