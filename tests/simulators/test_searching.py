"""Pages: totals, windows, order and bytes."""

import pytest

from lamis.simulators.indexer import Indexer
from tests.simulators.asking import T0, ask, document, hits, make_indexer, told

ALL = "/wazuh-alerts-*/_search"


@pytest.fixture(scope="module")
def crowded() -> Indexer:
    """More than 10,000 documents, most of them in one millisecond, over two days, and three undated."""
    made = make_indexer()
    for number in range(12_000):
        made.add(document(T0, n=number))
    for step in range(600):
        made.add(document(T0 + 86_000_000 + step, n=step))
    for _ in range(3):
        made.add(document(None))
    return made


def walk(indexer: Indexer, keys: list[object], *, size: int = 5000) -> list[str]:
    """All ids a search in this order reaches by `search_after`."""
    body: dict[str, object] = {"size": size, "sort": keys, "track_total_hits": True}
    seen: list[str] = []
    while page := hits(ask(indexer, "POST", ALL, body)):
        seen += [hit["_id"] for hit in page]
        body["search_after"] = page[-1]["sort"]
    return seen


@pytest.mark.parametrize("direction", ["asc", pytest.param("desc", marks=pytest.mark.slow)])
@pytest.mark.parametrize("second", ["_id", "_seq_no"])
def test_a_second_key_reaches_every_document(crowded: Indexer, second: str, direction: str) -> None:
    seen = walk(crowded, [{"@timestamp": direction}, {second: "asc"}])
    if second == "_id":
        assert len(seen) == len(set(seen)) == 12_603
    else:  # unique only inside one shard: equal numbers of other shards are skipped at a page's end
        assert 12_590 < len(set(seen)) <= 12_603


def test_time_alone_stops_at_the_crowd(crowded: Indexer) -> None:
    assert len(walk(crowded, [{"@timestamp": "asc"}])) < 12_603


def test_the_total_is_cut_at_10_000_unless_tracked(crowded: Indexer) -> None:
    assert told(ask(crowded, "POST", ALL, {"size": 0}))["hits"]["total"] == {
        "value": 10_000,
        "relation": "gte",
    }
    tracked = told(ask(crowded, "POST", ALL, {"size": 0, "track_total_hits": True}))
    assert tracked["hits"]["total"] == {"value": 12_603, "relation": "eq"}
    assert "total" not in told(ask(crowded, "POST", ALL, {"size": 0, "track_total_hits": False}))["hits"]


@pytest.mark.slow
@pytest.mark.parametrize("body", [{"size": 10_001}, {"from": 9_999, "size": 2}])
def test_a_window_over_10_000_is_refused(crowded: Indexer, body: dict[str, int]) -> None:
    reply = ask(crowded, "POST", ALL, body)
    assert (reply.status, "Result window is too large" in told(reply)["error"]["reason"]) == (400, True)


def test_a_range_is_half_open_as_asked(crowded: Indexer) -> None:
    for limits, count in (
        ({"gte": T0, "lt": T0 + 1, "format": "epoch_millis"}, 12_000),
        ({"gt": T0}, 600),
        ({"gte": T0 + 86_000_000, "lte": T0 + 86_000_010}, 11),
        ({"lt": "2026-03-01T10:00:00.000Z"}, 0),
    ):
        body = {"query": {"bool": {"filter": [{"range": {"@timestamp": limits}}]}}}
        assert told(ask(crowded, "POST", "/wazuh-alerts-*/_count", body))["count"] == count


def test_undated_documents_are_found_by_what_they_lack(crowded: Indexer) -> None:
    body = {"query": {"bool": {"must_not": [{"exists": {"field": "@timestamp"}}]}}, "sort": ["_doc"]}
    assert len(hits(ask(crowded, "POST", ALL, body))) == 3


def test_the_source_keeps_its_bytes_unless_it_is_cut() -> None:
    indexer = make_indexer()
    raw = b'{"@timestamp":"2026-03-01T10:00:00Z" , "b":1.0,"a":"\\u00e9","rule":{"id":"1","level":3}}'
    indexer.add(raw)
    assert b'"_source":' + raw in ask(indexer, "GET", ALL).body
    cut = hits(ask(indexer, "POST", ALL, {"_source": ["rule.level", "a"]}))[0]
    assert cut["_source"] == {"a": "é", "rule": {"level": 3}}
    assert "_source" not in hits(ask(indexer, "POST", ALL, {"_source": False}))[0]
    assert hits(ask(indexer, "POST", ALL, {"seq_no_primary_term": True}))[0]["_seq_no"] == 0
