"""What real engines do that a collector leans on; a new version that differs is noticed here first."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.engines.opensearch import Engine
from tests.engines.sample import SharedAlert, load_shared

pytestmark = [pytest.mark.engine, pytest.mark.slow]

READER = ("only-alerts", "Lamp-over-7-Rivers")
MOMENT = "2026-03-01T12:00:00.000Z"
INDEX = "wazuh-alerts-4.x-2026.03.01"
# The most documents that one answer holds, and as far as the engine counts unasked.
CAP = 10_000


def alert(number: int, moment: str = MOMENT) -> tuple[str, bytes]:
    return f"a{number}", b'{"@timestamp":"%s","id":"%d","rule":{"level":3}}' % (moment.encode(), number)


def open_pit(client: httpx.Client, pattern: str) -> httpx.Response:
    return client.post(f"/{pattern}/_search/point_in_time", params={"keep_alive": "1m"})


def search_pit(client: httpx.Client, pit_id: str, **body: Any) -> httpx.Response:
    return client.post("/_search", json={"pit": {"id": pit_id, "keep_alive": "1m"}, **body})


def walk(client: httpx.Client, pit_id: str, sort: list[dict[str, str]]) -> list[str]:
    """The ids that paging with `search_after` finds until an empty page."""
    found: list[str] = []
    after: dict[str, Any] = {}
    while hits := search_pit(client, pit_id, size=5_000, sort=sort, **after).json()["hits"]["hits"]:
        found += [hit["_id"] for hit in hits]
        after = {"search_after": hits[-1]["sort"]}
    return found


def crowded(engine: Engine) -> int:
    """Fill one index with more documents of one millisecond than an answer may hold."""
    documents = [alert(number) for number in range(CAP + 500)]
    loaded = engine.bulk_raw(INDEX, documents)
    assert not loaded.refused
    engine.refresh()
    return len(documents)


@pytest.fixture
def admin(opensearch2: Engine) -> Any:
    with opensearch2.client(*opensearch2.admin) as client:
        yield client


def test_documents_come_back_byte_for_byte(opensearch2: Engine, admin: httpx.Client) -> None:
    odd = b'{ "b":1.0,  "a":"caf\\u00e9 \xc3\xa9","n":1.10, "@timestamp":"2026-03-01T12:00:00Z"}'
    loaded = opensearch2.bulk_raw(INDEX, [("odd", odd)])
    opensearch2.refresh()
    assert [held.raw for held in loaded.held] == [odd]
    assert b'"_source":' + odd in admin.get(f"/{INDEX}/_search").content
    assert odd not in admin.get(f"/{INDEX}/_search", params={"_source_excludes": "zzz"}).content


def test_the_sample_is_taken_but_for_syslog_dates_and_inner_ids(
    opensearch2: Engine, shared_alerts: list[SharedAlert], shared_template: dict[str, Any]
) -> None:
    opensearch2.put_template(shared_template)
    loaded = load_shared(opensearch2, shared_alerts)
    opensearch2.refresh()
    assert sorted(refused.type for refused in loaded.refused) == (
        ["invalid_index_name_exception"] * 4 + ["mapper_parsing_exception"] * 2
    )
    assert len(loaded.held) == opensearch2.count("wazuh-alerts-*") == len(shared_alerts) - 6
    dated = opensearch2.request(
        "POST", "/wazuh-alerts-*/_count", {"query": {"range": {"@timestamp": {"gte": 0}}}}
    )
    assert dated["count"] == len(loaded.held)


def test_a_root_answer_of_wazuh_4_hides_the_true_version(opensearch2: Engine) -> None:
    version = opensearch2.request("GET", "/")["version"]
    assert version["number"] == "7.10.2"
    assert "distribution" not in version


def test_a_pit_cannot_sort_by_shard_doc_before_opensearch_3(opensearch2: Engine, admin: httpx.Client) -> None:
    opensearch2.bulk_raw(INDEX, [alert(1)])
    pit_id = open_pit(admin, INDEX).json()["pit_id"]
    answer = search_pit(admin, pit_id, sort=[{"_shard_doc": "asc"}])
    assert answer.status_code == 400
    assert "No mapping found for [_shard_doc]" in answer.text


def test_a_sort_by_time_alone_loses_what_shares_the_time(opensearch2: Engine, admin: httpx.Client) -> None:
    total = crowded(opensearch2)
    pit_id = open_pit(admin, INDEX).json()["pit_id"]
    assert len(walk(admin, pit_id, [{"@timestamp": "asc"}])) == 5_000
    complete = walk(admin, pit_id, [{"@timestamp": "asc"}, {"_seq_no": "asc"}])
    assert len(complete) == len(set(complete)) == total


def test_an_answer_holds_ten_thousand_and_counts_no_further(opensearch2: Engine, admin: httpx.Client) -> None:
    total = crowded(opensearch2)
    too_many = admin.get(f"/{INDEX}/_search", params={"size": CAP + 1})
    assert too_many.status_code == 400
    assert "Result window is too large" in too_many.text
    capped = admin.get(f"/{INDEX}/_search", params={"size": 0}).json()["hits"]["total"]
    assert capped == {"value": CAP, "relation": "gte"}
    exact = admin.get(f"/{INDEX}/_search", params={"size": 0, "track_total_hits": "true"}).json()
    assert exact["hits"]["total"] == {"value": total, "relation": "eq"}


def test_a_pattern_that_matches_nothing_looks_like_peace(opensearch2: Engine, admin: httpx.Client) -> None:
    for call in ("_count", "_search"):
        answer = admin.get(f"/wazuh-alerts-*/{call}")
        assert answer.status_code == 200
        assert answer.json()["_shards"]["total"] == 0
    pit = open_pit(admin, "wazuh-alerts-*")
    assert pit.status_code == 400
    assert "invalid id: [null]" in pit.text
    exact = admin.get(f"/{INDEX}/_count")
    assert exact.status_code == 404
    assert exact.json()["error"]["type"] == "index_not_found_exception"


def test_an_index_deleted_under_a_pit_is_told_by_404(opensearch2: Engine, admin: httpx.Client) -> None:
    opensearch2.bulk_raw(INDEX, [alert(1)])
    pit_id = open_pit(admin, INDEX).json()["pit_id"]
    opensearch2.delete_index(INDEX)
    answer = search_pit(admin, pit_id, size=1)
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "index_not_found_exception"


def test_a_pit_tells_the_clock_and_no_header_does(opensearch2: Engine, admin: httpx.Client) -> None:
    opensearch2.bulk_raw(INDEX, [alert(1)])
    answer = open_pit(admin, INDEX)
    assert answer.json()["creation_time"] > 1_700_000_000_000
    assert "date" not in answer.headers


def test_a_reader_of_alerts_reads_those_and_nothing_else(opensearch2: Engine) -> None:
    opensearch2.bulk_raw(INDEX, [alert(1)])
    opensearch2.bulk_raw("wazuh-archives-4.x-2026.03.01", [alert(2)])
    opensearch2.refresh()
    opensearch2.create_reader(*READER, ["wazuh-alerts-*"])
    with opensearch2.client(*READER) as reader:
        assert reader.get("/wazuh-alerts-*/_count").json()["count"] == 1
        pit_id = open_pit(reader, "wazuh-alerts-*").json()["pit_id"]
        assert search_pit(reader, pit_id, size=10).json()["hits"]["total"]["value"] == 1
        assert reader.request("DELETE", "/_search/point_in_time", json={"pit_id": [pit_id]}).is_success
        assert reader.get("/wazuh-states-*/_count").json()["count"] == 0
        for forbidden in ("/", "/_cluster/health", "/_cat/indices", "/wazuh-archives-*/_count"):
            assert reader.get(forbidden).status_code == 403


def test_a_wrong_password_is_answered_in_plain_text(opensearch2: Engine) -> None:
    with opensearch2.client("admin", "wrong") as stranger:
        answer = stranger.get("/wazuh-alerts-*/_count")
    assert answer.status_code == 401
    assert answer.text.strip() == "Unauthorized"


def test_a_restarted_node_keeps_its_data_and_its_identity(opensearch2: Engine) -> None:
    before = opensearch2.request("GET", "/")["cluster_uuid"]
    opensearch2.bulk_raw(INDEX, [alert(1), alert(2)])
    opensearch2.restart()
    assert opensearch2.request("GET", "/")["cluster_uuid"] == before
    assert opensearch2.count("wazuh-alerts-*") == 2


def test_findings_of_wazuh_5_live_in_data_streams(opensearch3: Engine) -> None:
    opensearch3.put_data_stream_template("wazuh-findings-v5-*")
    loaded = opensearch3.bulk_raw("wazuh-findings-v5-security", [alert(1), alert(2)], op="create")
    opensearch3.refresh()
    assert [held.index for held in loaded.held] == [".ds-wazuh-findings-v5-security-000001"] * 2
    opensearch3.create_reader(*READER, ["wazuh-findings-v5-*"])
    with opensearch3.client(*READER) as reader:
        pit_id = open_pit(reader, "wazuh-findings-v5-*").json()["pit_id"]
        assert sorted(walk(reader, pit_id, [{"_shard_doc": "asc"}])) == ["a1", "a2"]
        assert reader.get("/").status_code == 403


def test_opensearch_3_tells_its_version_and_pages_by_shard_doc(opensearch3: Engine) -> None:
    version = opensearch3.request("GET", "/")["version"]
    assert version["distribution"] == "opensearch"
    assert re.match(r"3\.", version["number"])
    total = crowded(opensearch3)
    with opensearch3.client(*opensearch3.admin) as client:
        pit_id = open_pit(client, INDEX).json()["pit_id"]
        found = walk(client, pit_id, [{"@timestamp": "asc"}, {"_shard_doc": "asc"}])
    assert len(found) == len(set(found)) == total


def test_a_stored_document_is_valid_json_for_everyone(shared_alerts: list[SharedAlert]) -> None:
    dated = [json.loads(alert.raw) for alert in shared_alerts]
    assert sum("@timestamp" in document for document in dated) == len(shared_alerts) - 4
