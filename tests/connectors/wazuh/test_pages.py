"""Reading spans: complete, byte for byte, in pages that fit, or refused with a reason."""

import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from lamis.base import http
from lamis.base.clock import iso_ms
from lamis.base.errors import BadAnswer, ConnectorError, Refused
from lamis.connections.types import Endpoint, Generation, Page, SourceDocument, Span, TestCode
from lamis.connectors.wazuh.source import WazuhAlerts
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from tests.connectors.wazuh.conftest import Open, numbers

NOON = 1_772_359_200_000
ALWAYS = Span(None, None)
UNDATED = Span(None, None, undated=True)
MB = 1 << 20


def alert(ms: int, number: int = 0, *, level: int = 5, log: str = "") -> bytes:
    rule = f'{{"level":{level} ,"id":"1"}}'
    return f'{{"@timestamp": "{iso_ms(ms)}","rule":{rule}, "n": {number},"full_log":"{log}"}}'.encode()


def read(arm: WazuhAlerts, span: Span = ALWAYS, *, size: int = 1_000) -> list[SourceDocument]:
    return [document for page in arm.read(span, size=size) for document in page.documents]


def stored(indexer: LocalIndexer) -> Counter[tuple[str, str, bytes | None]]:
    return Counter((one.index, one.doc_id, one.raw) for one in indexer.documents())


def told(documents: list[SourceDocument]) -> Counter[tuple[str, str, bytes | None]]:
    return Counter((one.index, one.doc_id, one.raw) for one in documents)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_a_span_is_read_completely_and_byte_for_byte(indexer: LocalIndexer, opened: Open, size: int) -> None:
    indexer.add_many(alert(NOON + number**3, number) for number in range(60))
    assert told(read(opened(), size=size)) == stored(indexer)


def test_a_span_is_half_open(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON + number, number) for number in range(3))
    found = read(opened(), Span(NOON, NOON + 2))
    assert [one.raw for one in found] == [alert(NOON, 0), alert(NOON + 1, 1)]


def test_nothing_there_is_no_page(indexer: LocalIndexer, opened: Open) -> None:
    assert read(opened()) == []
    indexer.add(alert(NOON))
    assert read(opened(), Span(0, NOON)) == []


def test_thousands_in_one_millisecond_are_read_by_their_ids(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON, number) for number in range(1_200))
    indexer.add_many(alert(NOON + number, number) for number in range(1, 40))
    assert told(read(opened(), size=250)) == stored(indexer)
    assert indexer.open_contexts() == (0, 0)


@pytest.mark.slow
def test_more_than_a_result_window_in_one_millisecond_is_read(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON, number) for number in range(12_000))
    assert told(read(opened(), size=10_000)) == stored(indexer)
    assert indexer.open_contexts() == (0, 0)


class WithoutScroll(httpx.BaseTransport):
    """The way to an indexer that refuses scrolls, as to a user without that right."""

    def __init__(self, indexer: LocalIndexer) -> None:
        context = ssl.create_default_context(cadata=indexer.ca_pem)
        self._inner = httpx.HTTPTransport(verify=context, trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if "scroll" in str(request.url):
            body = b'{"error":{"type":"security_exception","reason":"no permissions"},"status":403}'
            return httpx.Response(403, stream=httpx.ByteStream(body))
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


@pytest.mark.slow
def test_a_user_who_may_not_scroll_reads_in_the_order_of_ids(indexer: LocalIndexer) -> None:
    indexer.add_many(alert(NOON, number) for number in range(10_500))
    endpoint = Endpoint(urls=(indexer.url,), username=indexer.username, password=indexer.password)
    arm = WazuhAlerts(endpoint, generation=Generation.V4, transport=WithoutScroll(indexer))
    assert told(read(arm, size=10_000)) == stored(indexer)
    arm.close()


def test_a_short_page_of_ids_is_not_the_end(indexer: LocalIndexer) -> None:
    """OpenSearch before 2.11 gives fewer hits than were asked for while there are more."""
    indexer.add_many(alert(NOON, number) for number in range(12))
    indexer.fault(FaultKind.SHORT_PAGE)
    endpoint = Endpoint(urls=(indexer.url,), username=indexer.username, password=indexer.password)
    arm = WazuhAlerts(endpoint, generation=Generation.V4, transport=WithoutScroll(indexer))
    assert told(read(arm, size=5)) == stored(indexer)
    arm.close()


def test_documents_without_a_time_are_a_span_of_their_own(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many([b'{"rule":{"level":3},"n":%d}' % number for number in range(30)])
    indexer.add(alert(NOON))
    arm = opened()
    assert numbers(arm.count([UNDATED, ALWAYS])) == [30, 1]
    assert len(read(arm, UNDATED, size=8)) == 30
    assert len(read(arm, ALWAYS)) == 1


def test_ancient_and_future_dates_are_read(indexer: LocalIndexer, opened: Open) -> None:
    moments = [-86_400_000 * 365 * 60, 0, NOON, NOON + 86_400_000 * 365 * 500]
    indexer.add_many(alert(ms, number) for number, ms in enumerate(moments))
    arm = opened()
    assert arm.bounds() == (moments[0], moments[-1])
    assert told(read(arm, size=1)) == stored(indexer)


def test_spans_are_counted_in_one_request(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON + number) for number in range(10))
    arm = opened()
    spans = [Span(NOON + 2 * place, NOON + 2 * place + 2) for place in range(5)]
    assert numbers(arm.count([*spans, Span(None, NOON), Span(NOON + 9, None)])) == [2, 2, 2, 2, 2, 0, 1]
    assert arm.requests_made() == 1
    assert numbers(arm.count([])) == []


def test_a_pattern_that_matches_nothing_counts_nothing(opened: Open) -> None:
    assert numbers(opened().count([ALWAYS, UNDATED])) == [0, 0]


def test_a_level_floor_counts_and_reads_alike(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON + level, level, level=level) for level in range(3, 16))
    arm = opened(level_floor=7)
    assert numbers(arm.count([ALWAYS])) == [9]
    assert len(read(arm, size=4)) == 9
    assert arm.bounds() == (NOON + 7, NOON + 15)


def test_the_sample_indexes_of_the_dashboard_are_left_out(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert(NOON), index="wazuh-alerts-4.x-sample-security")
    indexer.add(alert(NOON))
    assert numbers(opened().count([ALWAYS])) == [1]


@pytest.mark.slow
def test_a_page_beyond_eight_megabytes_is_halved_until_it_fits(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON + number, number, log="x" * MB) for number in range(20))
    found: list[SourceDocument] = []
    for page in opened().read(ALWAYS, size=1_000):
        assert page.size_bytes <= 8 * MB
        found += page.documents
    assert told(found) == stored(indexer)


@pytest.mark.slow
def test_a_document_larger_than_a_page_is_a_page_of_one(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON + number, number) for number in range(40))
    indexer.add(alert(NOON + 20, 99, log="x" * 9 * MB))
    found = list(opened().read(ALWAYS, size=1_000))
    assert told([one for page in found for one in page.documents]) == stored(indexer)
    assert [len(page.documents) for page in found if page.size_bytes > 8 * MB] == [1]


@pytest.mark.slow
@pytest.mark.parametrize("beside", [0, 1], ids=["alone", "in one millisecond with another"])
def test_a_document_beyond_64_megabytes_is_named_by_its_id(
    indexer: LocalIndexer, opened: Open, beside: int
) -> None:
    huge = indexer.add(alert(NOON, log="x" * 65 * MB))
    small = indexer.add_many([alert(NOON)] * beside)
    found = read(opened(read_timeout=timedelta(seconds=60)))
    assert [one for one in found if one.raw is None] == [
        SourceDocument(huge.index, huge.doc_id, None, "larger than 64 MB")
    ]
    assert [one.raw for one in found if one.raw is not None] == [one.raw for one in small]


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.EMPTY_PAGE,
        FaultKind.SHORT_PAGE,
        FaultKind.WRONG_TOTAL,
        FaultKind.TIMED_OUT,
        FaultKind.SHARDS_FAILED,
        FaultKind.SHARDS_MISSING,
    ],
)
def test_an_answer_that_is_not_vouched_for_is_no_page(
    indexer: LocalIndexer, opened: Open, kind: FaultKind
) -> None:
    indexer.add_many(alert(NOON + number) for number in range(5))
    indexer.fault(kind)
    with pytest.raises(BadAnswer):
        read(opened())


def test_an_incomplete_count_is_refused(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert(NOON))
    indexer.fault(FaultKind.SHARDS_MISSING)
    with pytest.raises(BadAnswer):
        opened().count([ALWAYS])


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY_REQUESTS, FaultKind.BREAKER])
def test_a_busy_indexer_is_asked_for_smaller_pages_next_time(
    indexer: LocalIndexer, opened: Open, kind: FaultKind
) -> None:
    indexer.add_many(alert(NOON + number) for number in range(600))
    indexer.fault(kind, count=1)
    arm = opened()
    with pytest.raises(Refused) as refusal:
        read(arm, size=1_000)
    assert refusal.value.code == TestCode.BUSY
    assert refusal.value.retry_after is not None
    sizes = [len(page.documents) for page in arm.read(ALWAYS, size=1_000)]
    assert sum(sizes) == 600
    assert sizes[0] <= 500


def test_an_index_deleted_while_reading_ends_in_an_error_or_what_is_left(
    indexer: LocalIndexer, opened: Open
) -> None:
    indexer.add_many(alert(NOON, number) for number in range(500))
    index = indexer.documents()[0].index
    reading: Iterator[Page] = opened().read(ALWAYS, size=100)
    first = next(reading)
    indexer.delete_index(index)
    with pytest.raises(ConnectorError):
        list(reading)
    assert first.documents


@pytest.mark.slow
def test_an_abandoned_reading_gives_its_places_back(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON + number, number, log="x" * MB) for number in range(4))
    for _ in range(2 * http.BIG_BODIES):
        reading = opened().read(ALWAYS, size=10)
        next(reading)
        reading.close()  # type: ignore[attr-defined]


def test_findings_of_wazuh_5_are_read_from_their_streams(opened: Open, indexer: LocalIndexer) -> None:
    indexer.add(alert(NOON), index="wazuh-findings-v5-security")
    arm = opened(Generation.V5, level_floor=12)
    assert [one.index for one in read(arm)] == ["wazuh-findings-v5-security"]


def test_a_document_nested_too_deeply_is_named_and_the_others_are_read(
    indexer: LocalIndexer, opened: Open
) -> None:
    deep = f'{{"@timestamp":"{iso_ms(NOON)}","a":' + "[" * 1_000 + "]" * 1_000 + "}"
    indexer.add_many([*(alert(NOON, number) for number in range(5)), alert(NOON + 9)])
    named = indexer.add(deep.encode())
    found = {one.doc_id: one for one in read(opened())}
    assert len(found) == 7
    assert (found[named.doc_id].raw, found[named.doc_id].problem) == (None, "nested too deeply")
    assert [one.problem for one in found.values() if one.raw is None] == ["nested too deeply"]


def test_a_mark_tells_which_documents_were_counted(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add_many(alert(NOON + number, number) for number in range(4))
    arm = opened()
    first, second = Span(NOON, NOON + 2), Span(NOON + 2, NOON + 4)
    unmarked, marked = arm.count([first, second], marked=[1])
    assert (unmarked.number, unmarked.mark) == (2, None)
    (whole,) = arm.count([Span(NOON, NOON + 4)], marked=[0])
    (other,) = arm.count([first], marked=[0])
    assert marked.mark is not None
    assert other.mark is not None
    assert whole.mark == marked.mark + other.mark
    indexer.add(alert(NOON + 3, 9))
    (more,) = arm.count([second], marked=[0])
    assert more.mark is not None
    assert more.mark > marked.mark


def test_copies_of_a_crowded_millisecond_in_other_indexes_are_read_too(
    indexer: LocalIndexer, opened: Open
) -> None:
    made = [(f"id-{number}", {"@timestamp": "2026-03-01T10:00:00.000Z", "n": number}) for number in range(60)]
    for index in ("wazuh-alerts-4.x-2026.03.01", "wazuh-alerts-copy-1", "wazuh-alerts-copy-2"):
        for doc_id, source in made:
            indexer.add(source, index=index, doc_id=doc_id)
    pages = list(opened().read(Span(None, None), size=50))
    found = [(one.index, one.doc_id) for page in pages for one in page.documents]
    assert len(found) == len(set(found)) == 180
