"""What queries select."""

from typing import Any

import pytest

from lamis.simulators.query import compile_query, values_at
from lamis.simulators.refusals import Refusal
from tests.simulators.asking import T0, document, make_indexer

ROWS = [
    document(T0, rule={"level": 3, "groups": ["sshd", "syslog"]}, agent={"name": "web-1"}),
    document(T0 + 1000, rule={"level": 7, "groups": ["syscheck"]}, agent={"name": "db-1"}),
    document(T0 + 2000, rule={"level": 12}, data={"srcip": "192.0.2.7"}),
    document(None, rule={"level": 5}),
]


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        (None, [0, 1, 2, 3]),
        ({"match_all": {}}, [0, 1, 2, 3]),
        ({"match_none": {}}, []),
        ({"range": {"rule.level": {"gte": 7}}}, [1, 2]),
        ({"range": {"rule.level": {"gt": 3, "lt": 12}}}, [1, 3]),
        ({"term": {"rule.groups": "sshd"}}, [0]),
        ({"term": {"agent.name": {"value": "db-1"}}}, [1]),
        ({"terms": {"agent.name": ["db-1", "web-1"]}}, [0, 1]),
        ({"exists": {"field": "data.srcip"}}, [2]),
        ({"exists": {"field": "@timestamp"}}, [0, 1, 2]),
        ({"prefix": {"agent.name": "web"}}, [0]),
        ({"wildcard": {"agent.name": {"value": "*-1"}}}, [0, 1]),
        ({"bool": {"must_not": {"exists": {"field": "@timestamp"}}}}, [3]),
        ({"bool": {"must_not": [{"range": {"@timestamp": {"gte": T0 + 1000}}}]}}, [0, 3]),
        (
            {"bool": {"should": [{"term": {"agent.name": "db-1"}}, {"range": {"rule.level": {"gte": 12}}}]}},
            [1, 2],
        ),
        ({"bool": {"filter": [{"match_all": {}}], "should": [{"match_none": {}}]}}, [0, 1, 2, 3]),
        ({"constant_score": {"filter": {"term": {"rule.level": 5}}}}, [3]),
        ({"range": {"@timestamp": {"gte": "now-1s", "lte": "now"}}}, [1, 2]),
    ],
)
def test_a_query_selects_and_counts_the_same(query: Any, chosen: list[int]) -> None:
    indexer = make_indexer()
    stored = [indexer.add(row, index="one") for row in ROWS]
    selection = compile_query(query, now_ms=T0 + 2000)
    (index,) = indexer.documents.matching("one")
    assert [stored.index(found) for found in selection.pick(index)] == chosen
    assert selection.count(index) == len(chosen)
    assert [place for place, one in enumerate(stored) if selection.holds(one)] == chosen


@pytest.mark.parametrize(
    "query", [{"fuzzy": {}}, {"bool": {"shuold": []}}, {"range": {"x": {"from": 1}}}, {}, []]
)
def test_an_unknown_query_is_refused(query: Any) -> None:
    with pytest.raises(Refusal):
        compile_query(query, now_ms=0)


def test_values_are_found_under_nested_and_dotted_keys_and_in_arrays() -> None:
    source = {"a": {"b.c": [1, None, 2]}, "d": [{"e": 3}, {"e": [4]}]}
    assert values_at(source, "a.b.c") == [1, 2]
    assert values_at(source, "d.e") == [3, 4]
    assert values_at(source, "a.x") == []


def test_ids_select_by_name() -> None:
    indexer = make_indexer()
    kept = indexer.add(ROWS[0])
    (index,) = indexer.documents.matching("*")
    assert compile_query({"ids": {"values": [kept.doc_id]}}, now_ms=0).count(index) == 1
