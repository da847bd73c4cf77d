"""Filters of incidents as people write them."""

import pytest

from lamis.alerts.types import Severity
from lamis.base.errors import Invalid
from lamis.incidents.filters import matches, own, parse_filter
from lamis.incidents.types import WAITING, IncidentFilter, State
from lamis.storage.engine import Database
from tests.alerts.world import settle
from tests.incidents.world import high, row, take


def parsed(**params: str) -> IncidentFilter:
    return parse_filter({name: [value] for name, value in params.items()}, person_id="me-1")


def test_what_waits_for_people_is_shown_unless_asked_otherwise() -> None:
    assert parsed() == IncidentFilter(states=WAITING)
    assert parsed(state="closed").states == {State.CLOSED}
    assert parsed(state="open,closed").states == {State.OPEN, State.CLOSED}
    assert parsed(state="ALL").states == set(State)


@pytest.mark.parametrize("text", ["#12", "12", " #12 "])
def test_a_number_is_found_in_any_state(text: str) -> None:
    assert parsed(q=text) == IncidentFilter(states=frozenset(State), number=12)
    assert parsed(number=text).number == 12
    assert parsed(q=text, state="open").states == {State.OPEN}


def test_words_are_words() -> None:
    assert parsed(q="brute 12").text == "brute 12"
    assert parsed(q="brute 12").number is None


def test_severities_tenants_and_assignees() -> None:
    found = parsed(severity="high,Critical", tenant="a,b", assignee="me")
    assert found.severities == {Severity.HIGH, Severity.CRITICAL}
    assert (found.tenant_ids, found.assignee_id) == ({"a", "b"}, "me-1")
    assert parsed(assignee="nobody").assignee_id == ""
    assert parsed(assignee="p7").assignee_id == "p7"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"state": "gone"}, "state"),
        ({"severity": "awful"}, "severity"),
        ({"number": "twelve"}, "number"),
        ({"number": "1.5"}, "number"),
        ({"q": "x" * 201}, "q"),
    ],
)
def test_a_wrong_filter_names_its_field(params: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as told:
        parsed(**params)
    assert told.value.field == field


def test_a_number_past_all_numbers_is_one_that_nothing_has() -> None:
    assert parsed(q="9" * 60).number == (1 << 62) - 1


def test_me_becomes_whoever_says_it() -> None:
    found = own({"assignee": ("Me", "p7"), "q": ("me",)}, person_id="p1")
    assert found == {"assignee": ("p1", "p7"), "q": ("me",)}


@pytest.mark.parametrize(
    ("wanted", "is_match"),
    [
        (IncidentFilter(), True),
        (IncidentFilter(states=frozenset({State.OPEN})), True),
        (IncidentFilter(states=frozenset({State.CLOSED})), False),
        (IncidentFilter(assignee_id=""), True),
        (IncidentFilter(assignee_id="p1"), False),
    ],
)
def test_a_row_is_matched_by_state_and_assignee(
    database: Database, wanted: IncidentFilter, is_match: bool
) -> None:
    settle(database)
    take(database, high(1))
    assert matches(row(database), wanted) is is_match
