"""The port as a whole."""

import pytest

from lamis.base.errors import Refused
from lamis.connections.types import AlertSource, Endpoint, Generation, Span
from lamis.connectors.wazuh.source import open_alerts
from lamis.simulators.local import LocalIndexer
from tests.connectors.wazuh.conftest import Open, numbers

ALERT = {"@timestamp": "2026-03-01T10:00:00.000Z", "rule": {"level": 5}}


def test_it_is_the_port() -> None:
    source: AlertSource = open_alerts(Endpoint(urls=("https://192.0.2.1:9200",)), generation=None)
    assert source.requests_made() == 0
    source.close()


def test_the_identity_is_the_cluster_and_its_certificate(indexer: LocalIndexer, opened: Open) -> None:
    identity = opened().identify()
    assert (identity.cluster_uuid, identity.fingerprint) == (indexer.cluster_uuid, indexer.fingerprint)


def test_the_clock_is_the_one_of_the_source(indexer: LocalIndexer, opened: Open) -> None:
    arm = opened()
    assert arm.clock() is None
    indexer.add(ALERT)
    assert arm.clock() is not None


def test_bounds_are_those_of_all_documents(indexer: LocalIndexer, opened: Open) -> None:
    arm = opened()
    assert arm.bounds() is None
    indexer.add_many([ALERT, ALERT | {"@timestamp": "2026-03-02T10:00:00.001Z"}])
    assert arm.bounds() == (1_772_359_200_000, 1_772_445_600_001)


def test_an_index_is_there_until_the_source_says_404(indexer: LocalIndexer, opened: Open) -> None:
    document = indexer.add(ALERT)
    arm = opened(username=indexer.reader, password=indexer.reader_password)
    assert arm.has_index(document.index)
    indexer.delete_index(document.index)
    assert not arm.has_index(document.index)
    with pytest.raises(Refused):
        arm.has_index("wazuh-archives-4.x-2026.03.01")


def test_an_index_that_was_closed_there_is_still_there(indexer: LocalIndexer, opened: Open) -> None:
    document = indexer.add(ALERT)
    indexer.close_index(document.index)
    arm = opened(username=indexer.reader, password=indexer.reader_password)
    assert numbers(arm.count([Span(None, None)])) == [0]
    assert arm.has_index(document.index)


def test_stored_documents_are_looked_for_by_index_and_id(indexer: LocalIndexer, opened: Open) -> None:
    pairs = [(one.index, one.doc_id) for one in indexer.add_many([ALERT] * 20)]
    arm = opened()
    assert arm.has_documents(pairs) == 20
    assert arm.has_documents([pairs[0], ("other", pairs[1][1]), (pairs[2][0], "none")]) == 1
    assert arm.has_documents([]) == 0


def test_without_a_generation_what_answers_is_read_and_asked_for_once(
    indexer: LocalIndexer, opened: Open
) -> None:
    indexer.add(ALERT, index="wazuh-findings-v5-security")
    arm = opened(None, level_floor=12)
    always = Span(None, None)
    assert numbers(arm.count([always])) == [1]
    before = arm.requests_made()
    assert numbers(arm.count([always])) == [1]
    assert arm.requests_made() == before + 1


def test_a_pattern_of_ones_own_is_read_as_what_its_documents_are(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add({"@timestamp": "2026-03-01T10:00:00.000Z", "wazuh": {"rule": {"id": "a"}}}, index="mine-1")
    arm = opened(None, index_pattern="mine-*", level_floor=12)
    assert numbers(arm.count([Span(None, None)])) == [1]


@pytest.mark.parametrize("size", [0, 10_001])
def test_a_page_has_one_to_ten_thousand_documents(opened: Open, size: int) -> None:
    with pytest.raises(ValueError, match="1 to 10000"):
        opened().read(Span(None, None), size=size)


def test_at_most_two_hundred_spans_are_counted_at_once(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(ALERT)
    arm = opened(Generation.V4)
    spans = [Span(ms, ms + 1) for ms in range(1_772_359_200_000, 1_772_359_200_201)]
    assert numbers(arm.count(spans[:200])) == [1, *[0] * 199]
    with pytest.raises(ValueError, match="200"):
        arm.count(spans)
