from lamis.alerts.filters import NAMES, parse_filter
from lamis.views import filters, samples
from lamis.views.links import Query

QUERY = Query.parse("/alerts", "from=7d&severity=high&severity=low&tenant=t1&page=3&other=x")


def test_each_value_is_a_chip_that_takes_itself_away() -> None:
    chips = filters.chips(QUERY, {"tenant": {"t1": "Acme"}})
    assert [(chip.name, chip.value) for chip in chips] == [
        ("severity", "high"),
        ("severity", "low"),
        ("tenant", "Acme"),
    ]
    assert chips[0].remove_url == "/alerts?from=7d&severity=low&tenant=t1&other=x"


def test_an_id_without_a_name_is_shown_as_it_is() -> None:
    assert filters.chips(QUERY)[-1].value == "t1"


def test_clearing_keeps_the_span_of_time() -> None:
    assert filters.clear_url(QUERY) == "/alerts?from=7d"


def test_the_span_of_time_is_named() -> None:
    assert filters.range_label(QUERY) == "Last 7 days"
    assert filters.range_label(Query("/alerts")) == "Last 24 hours"
    assert filters.range_label(Query.parse("/alerts", "from=2026-11-21T09:00")) == "Chosen times"
    assert filters.range_label(Query.parse("/alerts", "from=7d&to=now")) == "Chosen times"


def test_another_span_replaces_typed_times() -> None:
    query = Query.parse("/alerts", "from=2026-11-21T09:00&to=now&rule=5712&page=2")
    assert filters.range_url(query, "1h") == "/alerts?rule=5712&from=1h"


def test_times_that_were_typed_are_chips_and_go_when_cleared() -> None:
    query = Query.parse("/alerts", "from=2026-11-21T09:00&to=now")
    assert [chip.name for chip in filters.chips(query)] == ["from", "until"]
    assert filters.clear_url(query) == "/alerts"


def test_the_menu_of_spans_marks_the_one_shown() -> None:
    marked = [label for label, _, is_shown in filters.range_links(QUERY) if is_shown]
    assert marked == ["Last 7 days"]


def test_every_filter_that_is_read_has_a_word_and_every_span_can_be_read() -> None:
    assert set(NAMES) <= set(filters.WORDS)
    for start in filters.RANGES:
        assert parse_filter({"from": [start]}, now=samples.NOW).since is not None
