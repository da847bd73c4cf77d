from lamis.views import filters
from lamis.views.links import Query

QUERY = Query.parse("/alerts", "range=7d&severity=high&severity=low&tenant=t1&page=3&other=x")


def test_each_value_is_a_chip_that_takes_itself_away() -> None:
    chips = filters.chips(QUERY, {"tenant": {"t1": "Acme"}})
    assert [(chip.name, chip.value) for chip in chips] == [
        ("severity", "high"),
        ("severity", "low"),
        ("tenant", "Acme"),
    ]
    assert chips[0].remove_url == "/alerts?range=7d&severity=low&tenant=t1&other=x"


def test_an_id_without_a_name_is_shown_as_it_is() -> None:
    assert filters.chips(QUERY)[-1].value == "t1"


def test_clearing_keeps_the_span_of_time() -> None:
    assert filters.clear_url(QUERY) == "/alerts?range=7d"


def test_the_span_of_time_is_named() -> None:
    assert filters.range_label(QUERY) == "Last 7 days"
    assert filters.range_label(Query("/alerts")) == "Last 24 hours"
    assert filters.range_label(Query.parse("/alerts", "range=nonsense")) == "Last 24 hours"
    assert filters.range_label(Query.parse("/alerts", "since=2026-11-21T09:00")) == "Chosen times"


def test_another_span_replaces_typed_times() -> None:
    query = Query.parse("/alerts", "since=2026-11-21T09:00&rule=5712&page=2")
    assert filters.range_url(query, "1h") == "/alerts?rule=5712&range=1h"
