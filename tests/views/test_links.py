import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.base.errors import Invalid
from lamis.views.links import Query, link

QUERY = Query.parse("/alerts", "severity=high&severity=critical&text=a%26b&empty=&page=7")


def test_empty_fields_of_a_form_are_dropped() -> None:
    assert QUERY.value("empty") == ""
    assert "empty" not in QUERY.url


def test_a_new_filter_leads_back_to_the_first_page() -> None:
    assert QUERY.narrow("device", "web 04") == (
        "/alerts?severity=high&severity=critical&text=a%26b&device=web+04"
    )


@pytest.mark.parametrize("value", ["web 04", "2001:db8::1", "a&b=ü", ""])
def test_a_column_of_values_narrows_as_each_value_does(value: str) -> None:
    for query in (QUERY, Query("/"), Query.parse("/", "device=other")):
        assert query.narrowing("device")(value) == query.narrow("device", value)


def test_one_of_several_values_can_be_taken_away() -> None:
    assert QUERY.without("severity", "high") == "/alerts?severity=critical&text=a%26b"
    assert QUERY.without("severity") == "/alerts?text=a%26b"


def test_another_page_keeps_the_filters() -> None:
    assert QUERY.at_page(2) == "/alerts?severity=high&severity=critical&text=a%26b&page=2"
    assert "page" not in QUERY.at_page(1)


def test_a_form_carries_along_what_is_not_its_own() -> None:
    assert QUERY.hidden(but=("severity",)) == (("text", "a&b"),)


def test_only_what_is_wanted_is_kept() -> None:
    assert QUERY.only(("text",)) == "/alerts?text=a%26b"


def test_values_that_are_not_set_make_no_link() -> None:
    assert link("/alerts", {"rule": None, "device": "", "level": 0}) == "/alerts?level=0"


@given(st.text(min_size=1))
def test_whatever_a_value_holds_it_comes_back_the_same(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    url = Query("/alerts").narrow("text", value)
    assert Query.parse("/alerts", url.partition("?")[2]).value("text") == value


def test_an_address_of_thousands_of_filters_is_refused() -> None:
    assert Query.parse("/alerts", "&".join(["severity=low"] * 5000)).url == "/alerts?severity=low"
    with pytest.raises(Invalid, match="100 filters"):
        Query.parse("/alerts", "&".join(f"device=d{number}" for number in range(5000)))
