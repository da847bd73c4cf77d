"""What the simulated API answers, line by line of what the real engines showed."""

import pytest

from lamis.simulators.faults import Fault, FaultKind
from lamis.simulators.indexer import Indexer, Release
from lamis.simulators.users import User
from tests.simulators.asking import READER, T0, ask, document, hits, make_indexer, told

ALL = "/wazuh-alerts-*/_search"


@pytest.fixture
def indexer() -> Indexer:
    made = make_indexer()
    for step in range(50):
        made.add(document(T0 + step * 1000, n=step))
    return made


def test_wazuh_4_gives_itself_out_as_7_10_2_without_a_distribution(indexer: Indexer) -> None:
    root = told(ask(indexer, "GET", "/"))
    assert root["version"]["number"] == "7.10.2"
    assert root["version"]["lucene_version"] == "9.12.3"
    assert "distribution" not in root["version"]
    assert root["cluster_uuid"] == "uuid-1"


def test_wazuh_5_tells_the_truth() -> None:
    version = told(ask(make_indexer(Release.V5), "GET", "/"))["version"]
    assert (version["distribution"], version["number"]) == ("opensearch", "3.6.0")


@pytest.mark.parametrize("url", ["/", "/_cluster/health", "/_cat/indices", "/_nodes"])
def test_a_plain_reader_is_refused_at_the_cluster(indexer: Indexer, url: str) -> None:
    reply = ask(indexer, "GET", url, user=READER)
    assert reply.status == 403
    assert told(reply)["error"]["type"] == "security_exception"


def test_a_plain_reader_meets_403_404_and_nothing(indexer: Indexer) -> None:
    indexer.add(document(T0), index="payroll-2026")
    assert ask(indexer, "GET", "/payroll-2026/_count", user=READER).status == 403
    assert ask(indexer, "GET", "/payroll-2025/_count", user=READER).status == 403
    assert ask(indexer, "GET", "/wazuh-alerts-4.x-1999.01.01/_count", user=READER).status == 404
    assert told(ask(indexer, "GET", "/other-*/_count", user=READER))["_shards"]["total"] == 0
    assert ask(indexer, "GET", "/*/_count", user=READER).status == 403
    assert ask(indexer, "HEAD", "/wazuh-alerts-4.x-2026.03.01", user=READER).status == 403


def test_a_wrong_password_gets_plain_text(indexer: Indexer) -> None:
    reply = ask(indexer, "GET", "/", user=User("admin", "wrong"))
    assert (reply.status, reply.body, reply.content_type[:10]) == (401, b"Unauthorized", "text/plain")


def test_a_pattern_without_an_index_is_no_error_but_has_no_shards(indexer: Indexer) -> None:
    reply = told(ask(indexer, "POST", "/nothing-*/_search", {"query": {"match_all": {}}}))
    assert reply["_shards"] == {"total": 0, "successful": 0, "skipped": 0, "failed": 0}
    strict = ask(indexer, "POST", "/nothing-*/_search?allow_no_indices=false", {})
    assert strict.status == 404


def test_a_point_in_time_on_nothing_is_a_400(indexer: Indexer) -> None:
    reply = ask(indexer, "POST", "/nothing-*/_search/point_in_time?keep_alive=1m")
    assert reply.status == 400
    assert told(reply)["error"]["reason"] == "invalid id: [null]"


def test_an_exact_index_is_there_or_404(indexer: Indexer) -> None:
    assert ask(indexer, "HEAD", "/wazuh-alerts-4.x-2026.03.01").status == 200
    gone = ask(indexer, "GET", "/wazuh-alerts-4.x-2026.03.02")
    assert (gone.status, told(gone)["error"]["type"]) == (404, "index_not_found_exception")
    assert ask(indexer, "DELETE", "/wazuh-alerts-4.x-2026.03.01").status == 200
    assert ask(indexer, "HEAD", "/wazuh-alerts-4.x-2026.03.01").status == 404


def test_a_point_in_time_sees_what_was_there_and_ends_with_its_index(indexer: Indexer) -> None:
    opened = told(ask(indexer, "POST", "/wazuh-alerts-*/_search/point_in_time?keep_alive=1m"))
    assert abs(opened["creation_time"] - indexer.now_ms()) < 60_000
    indexer.add(document(T0 + 5))
    body = {"pit": {"id": opened["pit_id"], "keep_alive": "1m"}, "size": 0, "track_total_hits": True}
    assert told(ask(indexer, "POST", "/_search", body))["hits"]["total"]["value"] == 50
    assert ask(indexer, "POST", ALL, body).status == 400
    indexer.documents.delete_index("wazuh-alerts-4.x-2026.03.01")
    gone = ask(indexer, "POST", "/_search", body)
    assert (gone.status, told(gone)["error"]["type"]) == (404, "index_not_found_exception")
    closed = told(ask(indexer, "DELETE", "/_search/point_in_time", {"pit_id": [opened["pit_id"]]}))
    assert closed["pits"][0]["successful"] is True
    assert indexer.contexts.open_counts() == (0, 0)


def test_a_point_in_time_on_streams_needs_their_backing_indexes() -> None:
    indexer = make_indexer(Release.V5)
    indexer.add(document(T0))
    whole = User("whole", "secret", (*(READER.reads or ()), ".ds-wazuh-findings-v5-*"))
    indexer.users.put(whole)
    url = "/wazuh-findings-v5-*/_search/point_in_time?keep_alive=1m"
    assert [ask(indexer, "POST", url, user=user).status for user in (READER, whole)] == [403, 200]


def test_shard_doc_sorts_only_on_the_newer_engine(indexer: Indexer) -> None:
    newer = make_indexer(Release.V5)
    newer.add(document(T0))
    for one, status in ((indexer, 400), (newer, 200)):
        pit = told(ask(one, "POST", "/wazuh-*/_search/point_in_time?keep_alive=1m"))["pit_id"]
        reply = ask(one, "POST", "/_search", {"pit": {"id": pit}, "sort": ["_shard_doc"]})
        assert reply.status == status


def test_findings_come_from_the_backing_index_of_their_stream() -> None:
    indexer = make_indexer(Release.V5)
    indexer.add(document(T0, wazuh={"integration": {"category": "network-activity"}}))
    indexer.add(document(T0))
    found = hits(ask(indexer, "GET", "/wazuh-findings-v5-*/_search", user=READER))
    names = {hit["_index"] for hit in found}
    assert names == {
        ".ds-wazuh-findings-v5-network-activity-000001",
        ".ds-wazuh-findings-v5-security-000001",
    }
    assert ask(indexer, "GET", "/.ds-wazuh-findings-v5-security-000001/_count", user=READER).status == 200


def test_a_scroll_hands_out_everything_once(indexer: Indexer) -> None:
    reply = ask(indexer, "POST", f"{ALL}?scroll=1m", {"size": 20, "sort": ["_doc"]})
    seen: list[str] = []
    while page := hits(reply):
        seen += [hit["_id"] for hit in page]
        scroll_id = told(reply)["_scroll_id"]
        reply = ask(indexer, "POST", "/_search/scroll", {"scroll": "1m", "scroll_id": scroll_id})
    assert len(seen) == len(set(seen)) == 50
    assert told(ask(indexer, "DELETE", "/_search/scroll", {"scroll_id": scroll_id}))["num_freed"] == 1
    assert ask(indexer, "POST", "/_search/scroll", {"scroll_id": scroll_id}).status == 404


def test_a_scroll_goes_on_by_its_newest_id_only(indexer: Indexer) -> None:
    first = told(ask(indexer, "POST", f"{ALL}?scroll=1m", {"size": 20}))["_scroll_id"]
    newest = told(ask(indexer, "POST", "/_search/scroll", {"scroll_id": first}))["_scroll_id"]
    assert ask(indexer, "POST", "/_search/scroll", {"scroll_id": first}).status == 404
    assert ask(indexer, "POST", "/_search/scroll", {"scroll_id": newest}).status == 200
    assert ask(indexer, "DELETE", "/_search/scroll", {"scroll_id": first}).status == 200
    assert indexer.contexts.open_counts() == (0, 0)


def test_many_documents_are_got_by_name_and_id(indexer: Indexer) -> None:
    kept = indexer.add(b'{"@timestamp": 1772359200000 }')
    docs = [{"_index": kept.index, "_id": kept.doc_id}, {"_index": kept.index, "_id": "no"}]
    docs.append({"_index": "wazuh-alerts-4.x-1999.01.01", "_id": "no"})
    reply = ask(indexer, "POST", "/_mget", {"docs": docs}, user=READER)
    assert [one.get("found") for one in told(reply)["docs"]] == [True, False, None]
    assert kept.raw in reply.body
    bare = ask(indexer, "POST", "/_mget?_source=false", {"docs": docs[:1]})
    assert "_source" not in told(bare)["docs"][0]


def test_health_tells_a_red_index(indexer: Indexer) -> None:
    red = Fault(FaultKind.RED)
    assert told(ask(indexer, "GET", "/_cluster/health/wazuh-alerts-*"))["status"] == "green"
    assert told(ask(indexer, "GET", "/_cluster/health", fault=red))["status"] == "red"


def test_a_red_index_refuses_who_wants_it_whole_and_cuts_it_for_others(indexer: Indexer) -> None:
    red = Fault(FaultKind.RED)
    strict = ask(indexer, "POST", f"{ALL}?allow_partial_search_results=false", {}, fault=red)
    assert (strict.status, told(strict)["error"]["type"]) == (503, "search_phase_execution_exception")
    lenient = told(ask(indexer, "POST", ALL, {"size": 100}, fault=red))
    assert lenient["_shards"]["failed"] == 0
    assert lenient["_shards"]["successful"] == lenient["_shards"]["total"] - 1
    assert 0 < len(lenient["hits"]["hits"]) < 50


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        (FaultKind.TIMED_OUT, "timed_out", True),
        (FaultKind.SHARDS_FAILED, "_shards.failed", 1),
        (FaultKind.SHARDS_MISSING, "_shards.successful", 2),
        (FaultKind.WRONG_TOTAL, "hits.total.value", 57),
        (FaultKind.EMPTY_PAGE, "hits.hits", []),
    ],
)
def test_a_flaw_shows_in_an_answer_that_is_200(
    indexer: Indexer, kind: FaultKind, path: str, value: object
) -> None:
    reply = ask(indexer, "POST", ALL, {}, fault=Fault(kind))
    found = told(reply)
    for part in path.split("."):
        found = found[part]
    assert (reply.status, found) == (200, value)


@pytest.mark.parametrize("kind", [FaultKind.TIMED_OUT, FaultKind.SHARDS_FAILED, FaultKind.SHARDS_MISSING])
def test_who_takes_a_partial_answer_for_whole_misses_documents(indexer: Indexer, kind: FaultKind) -> None:
    body = {"size": 100, "sort": ["_doc"]}
    assert 0 < len(hits(ask(indexer, "POST", ALL, body, fault=Fault(kind)))) < 50
    assert 0 < len(hits(ask(indexer, "POST", f"{ALL}?scroll=1m", body, fault=Fault(kind)))) < 50


def test_a_short_page_has_less_than_there_is_and_was_asked_for(indexer: Indexer) -> None:
    short = told(ask(indexer, "POST", ALL, {"size": 20}, fault=Fault(FaultKind.SHORT_PAGE)))
    assert (len(short["hits"]["hits"]), short["hits"]["total"]["value"]) == (10, 50)
    (last,) = hits(ask(indexer, "POST", ALL, {"size": 1}, fault=Fault(FaultKind.SHORT_PAGE)))
    assert last


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (ALL, {"sizes": 3}),
        (ALL, {"query": {"fuzzy": {}}}),
        (ALL, {"query": {"range": {"@timestamp": {"gte": "soon"}}}}),
        (ALL, {"size": -1}),
        (ALL, {"search_after": [1]}),
        ("/wazuh-alerts-*/_count", {"size": 1}),
        ("/wazuh-alerts-*/_unknown", {}),
    ],
)
def test_what_is_not_understood_is_a_400(indexer: Indexer, url: str, body: dict[str, object]) -> None:
    assert ask(indexer, "POST", url, body).status == 400
