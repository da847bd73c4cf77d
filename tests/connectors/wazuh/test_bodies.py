"""The bodies of searches."""

from typing import Any

import pytest

from lamis.connections.types import Span
from lamis.connectors.wazuh import bodies

FORMAT = "strict_date_optional_time||epoch_millis"


@pytest.mark.parametrize(
    ("span", "limits"),
    [
        (Span(0, 1_000), {"gte": "1970-01-01T00:00:00.000Z", "lt": "1970-01-01T00:00:01.000Z"}),
        (Span(None, 0), {"lt": "1970-01-01T00:00:00.000Z"}),
        (Span(-1, None), {"gte": "1969-12-31T23:59:59.999Z"}),
        (Span(-(10**15), 10**15), {"lt": str(10**15)}),
    ],
)
def test_a_span_is_a_half_open_range_in_a_form_every_engine_takes(span: Span, limits: dict[str, str]) -> None:
    expected = {"range": {"@timestamp": {**limits, "format": FORMAT}}}
    assert bodies.within(span, level_floor=None) == {"bool": {"filter": [expected]}}


def test_a_span_without_ends_is_every_document_with_a_time() -> None:
    query = bodies.within(Span(None, None), level_floor=None)
    assert query == {"bool": {"filter": [{"exists": {"field": "@timestamp"}}]}}


def test_a_level_floor_is_one_more_clause() -> None:
    floor = {"range": {"rule.level": {"gte": 7}}}
    assert bodies.everything(level_floor=7) == {"bool": {"filter": [floor]}}
    assert floor in bodies.within(Span(0, 1), level_floor=7)["bool"]["filter"]
    assert floor in bodies.counts([Span(0, 1)], level_floor=7)["query"]["bool"]["filter"]


def _hull(spans: list[Span]) -> Any:
    return bodies.counts(spans, level_floor=None)["query"]


def test_counting_is_bounded_by_all_spans_together() -> None:
    limits = {"gte": "1970-01-01T00:00:00.000Z", "lt": "1970-01-01T00:00:09.000Z", "format": FORMAT}
    assert _hull([Span(5_000, 9_000), Span(0, 1_000)]) == {
        "bool": {"filter": [{"range": {"@timestamp": limits}}]}
    }
    assert "gte" not in str(_hull([Span(None, 5), Span(1, 2)]))
    assert _hull([Span(0, 1), Span(None, None, undated=True)]) == {"match_all": {}}


def test_no_page_of_documents_filters_their_source() -> None:
    body = bodies.documents(bodies.everything(), size=5)
    assert "_source" not in body
    assert body["track_total_hits"] is True
    assert bodies.ids_after(bodies.everything(), ["a", "b"], size=5)["_source"] is False
