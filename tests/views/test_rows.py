from datetime import UTC, datetime

import pytest

from lamis.alerts import results
from lamis.alerts.types import Severity
from lamis.views import rows
from lamis.views.links import Query
from lamis.views.rows import Theme

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEPT = results.AlertRow(
    id="a1",
    created_at="2026-11-21T11:42:07.318Z",
    stored_at="2026-11-21T11:42:08.400Z",
    severity=3,
    severity_name="high",
    level=8,
    rule="5712",
    title="sshd: brute force",
    tenant="Acme",
    tenant_id="t1",
    connection="wazuh-emea",
    connection_id="c1",
    connection_state="removed",
    device="bastion-1",
    source_address="198.51.100.23",
    user=None,
    status="open",
    is_finding=False,
    unreadable=None,
    incident=None,
)


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("1", 1),
        ("0", 1),
        ("-4", 1),
        ("two", 1),
        ("", 1),
        (None, 1),
        (" 3 ", 3),
        ("9", 5),
        ("1e3", 1),
        ("٣", 3),
    ],
)
def test_the_page_typed_is_brought_within_the_list(asked: str | None, page: int) -> None:
    assert rows.page_number(asked, 5) == page


def test_previous_and_next_rest_at_the_ends() -> None:
    first = rows.pager(Query.parse("/alerts", "page=1"), total=60)
    last = rows.pager(Query.parse("/alerts", "page=99"), total=60)
    assert (first.previous_url, first.next_url) == (None, "/alerts?page=2")
    assert (last.previous_url, last.next_url) == ("/alerts?page=2", None)
    assert (last.first, last.last, last.pages) == (51, 60, 3)


def test_next_goes_on_where_a_list_was_not_counted_to_its_end() -> None:
    last_counted = rows.pager(Query.parse("/alerts", "q=x&page=40"), total=1000, is_more=True)
    assert (last_counted.page, last_counted.pages, last_counted.plus) == (40, 40, "+")
    assert last_counted.next_url == "/alerts?q=x&page=41"
    assert rows.pager(Query("/alerts"), total=1000).plus == ""


def test_a_number_too_high_for_a_store_is_still_a_page() -> None:
    assert rows.page_number("9" * 30) == 1_000_000_000


def test_an_empty_list_is_one_page_of_nothing() -> None:
    pager = rows.pager(Query("/alerts"), total=0)
    assert (pager.page, pager.pages, pager.first, pager.last) == (1, 1, 0, 0)


def test_a_stored_alert_becomes_a_row_with_the_words_of_its_source() -> None:
    row = rows.alert_row(KEPT)
    assert row.severity is Severity.HIGH
    assert row.url == "/alerts/a1"
    assert row.connection_label == "removed"
    assert row.at.isoformat() == "2026-11-21T11:42:07.318000+00:00"


@pytest.mark.parametrize(
    ("cookie", "theme"),
    [("dark", Theme.DARK), ("light", Theme.LIGHT), (None, Theme.SYSTEM), ('"><b>', Theme.SYSTEM)],
)
def test_a_theme_is_taken_from_its_cookie_only_when_it_is_one(cookie: str | None, theme: Theme) -> None:
    assert rows.theme_of(cookie) is theme


def test_only_an_operator_is_shown_the_tenants() -> None:
    assert "Tenants" not in [item.label for item in rows.navigation("alerts", is_operator=False)]
    assert "Tenants" in [item.label for item in rows.navigation("alerts", is_operator=True)]


def test_failing_firewalls_have_a_count_of_their_own() -> None:
    items = rows.navigation("alerts", is_operator=True, sources_failing=2, firewalls_failing=1)
    assert {item.label: item.badge for item in items if item.badge} == {"Sources": "2", "Firewalls": "1"}


def test_the_navigation_marks_one_place_and_counts_failing_sources() -> None:
    items = rows.navigation("alerts", is_operator=True, sources_failing=2)
    assert [item.label for item in items if item.is_current] == ["Alerts"]
    assert [item.badge for item in items if item.badge] == ["2"]


def test_a_phone_names_five_rooms_or_four_and_a_menu_of_the_rest() -> None:
    everybody = rows.Frame(now=NOW, nav=rows.navigation("sources", is_operator=True, sources_failing=1))
    assert [item.label for item in everybody.folded][:2] == ["Sources", "Firewalls"]
    assert everybody.folded_here == everybody.folded[0]
    assert everybody.is_folded_in_trouble
    few = rows.Frame(now=NOW, nav=everybody.nav[:5])
    assert (few.folded, few.folded_here, few.is_folded_in_trouble) == ((), None, False)
