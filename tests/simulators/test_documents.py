"""Where documents lie and which names reach them."""

import pytest

from lamis.simulators.documents import Documents, backing_index, day_index
from lamis.simulators.refusals import Refusal

RAW = b'{"@timestamp":"2026-03-01T10:00:00Z"}'


def test_a_late_document_takes_its_place_in_time() -> None:
    documents = Documents()
    for at in (30, 10, 20, 10):
        documents.put(b"{}", index="a", time_ms=at)
    (index,) = documents.matching("a")
    assert [one.time_ms for one in index.dated] == [10, 10, 20, 30]
    assert index.dated[0].arrival < index.dated[1].arrival
    assert index.slice(10, 30) == (0, 3)
    assert index.slice(None, None) == (0, 4)


def test_patterns_reach_what_the_engine_would() -> None:
    documents = Documents()
    for name in ("wazuh-alerts-4.x-2026.03.01", "wazuh-alerts-4.x-sample-auth", "other"):
        documents.add(RAW, index=name)
    stream = "wazuh-findings-v5-security"
    documents.add(RAW, index=backing_index(stream), stream=stream)

    def names(pattern: str) -> list[str]:
        return [index.name for index in documents.matching(pattern)]

    assert names("wazuh-alerts-*,-wazuh-alerts-*-sample-*") == ["wazuh-alerts-4.x-2026.03.01"]
    assert names("wazuh-findings-v5-*") == names(stream) == names(".ds-*") == [backing_index(stream)]
    assert names("*-000001") == []
    assert names("other,nothing-*") == ["other"]
    assert len(names("_all")) == 4
    assert names("") == names("*")
    with pytest.raises(Refusal):
        names("other,missing")
    assert [index.name for index in documents.matching("missing", ignore_unavailable=True)] == []


def test_ids_are_twenty_characters_and_only_once() -> None:
    documents = Documents(seed=3)
    ids = {documents.add(RAW, index="a").doc_id for _ in range(500)}
    assert {len(doc_id) for doc_id in ids} == {20}
    assert len(ids) == len(documents) == 500
    with pytest.raises(ValueError, match="version conflict"):
        documents.add(RAW, index="a", doc_id=ids.pop())


def test_sequence_numbers_grow_within_a_shard() -> None:
    documents = Documents()
    made = [documents.add(RAW, index="a") for _ in range(100)]
    for shard in range(3):
        numbers = [one.seq_no for one in made if one.shard == shard]
        assert numbers == list(range(len(numbers)))


def test_a_deleted_index_is_gone_and_cannot_be_deleted_twice() -> None:
    documents = Documents()
    documents.add(RAW, index="a")
    documents.delete_index("a")
    assert list(documents.all()) == []
    with pytest.raises(Refusal):
        documents.delete_index("a")


def test_a_closed_index_is_passed_over_by_patterns_and_refused_by_its_name() -> None:
    documents = Documents()
    documents.add(RAW, index="a")
    documents.add(RAW, index="ab")
    documents.close_index("a")
    assert [index.name for index in documents.matching("a*")] == ["ab"]
    assert documents.matching("a", ignore_unavailable=True) == []
    with pytest.raises(Refusal) as refused:
        documents.matching("a")
    assert (refused.value.status, refused.value.kind) == (400, "index_closed_exception")
    with pytest.raises(Refusal):
        documents.close_index("missing")


def test_a_document_that_cannot_be_mapped_is_refused() -> None:
    with pytest.raises(ValueError):
        Documents().add(b'{"@timestamp":"2016 Dec 21"}', index="a")
    with pytest.raises(ValueError):
        Documents().add(b"{half", index="a")


def test_the_index_is_the_utc_day_of_the_alert() -> None:
    assert day_index(1_772_409_599_999) == "wazuh-alerts-4.x-2026.03.01"
    assert day_index(1_772_409_600_000) == "wazuh-alerts-4.x-2026.03.02"
