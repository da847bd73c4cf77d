from dataclasses import replace
from datetime import timedelta

import pytest

from lamis.views import samples
from lamis.views.pages import Completeness, SourceProblem, SystemStatus

PROBLEM = SourceProblem("wazuh-apac", "answers 401.", "/sources/c2")
OTHER = SourceProblem("wazuh-emea", "does not answer.", "/sources/c1")


@pytest.mark.parametrize(
    ("status", "state", "headline", "words", "url"),
    [
        (
            SystemStatus(4, 4, detail="all is here"),
            "ok",
            "Protected · 4 of 4 active sources",
            "all is here",
            "/sources",
        ),
        (SystemStatus(1, 1), "ok", "Protected · 1 of 1 active source", "", "/sources"),
        (SystemStatus(0, 0), "off", "No sources", "Add one to see its alerts within minutes", "/sources/add"),
        (
            SystemStatus(3, 4, (PROBLEM,)),
            "bad",
            "Error · 3 of 4 active sources",
            "wazuh-apac needs a look",
            "/sources/c2",
        ),
        (
            SystemStatus(2, 4, (PROBLEM, OTHER)),
            "bad",
            "Error · 2 of 4 active sources",
            "wazuh-apac and 1 more need a look",
            "/sources",
        ),
    ],
)
def test_the_status_says_what_is_wrong_and_leads_there(
    status: SystemStatus, state: str, headline: str, words: str, url: str
) -> None:
    assert (status.state, status.headline, status.words, status.url) == (state, headline, words, url)


@pytest.mark.parametrize(
    ("today", "before", "text"),
    [(112, 100, "+12 %"), (88, 100, "−12 %"), (100, 100, "±0 %"), (5, None, ""), (5, 0, "")],
)
def test_the_change_is_told_only_against_something(today: int, before: int | None, text: str) -> None:
    page = replace(samples.overview(), total_24h=today, before_24h=before)
    assert page.change.replace("\xa0", " ") == text


def test_completeness_without_documents_is_whole() -> None:
    assert Completeness(there=0, here=0, missing=0).share == 1
    assert Completeness(there=200, here=199, missing=1).share == 0.995


def test_the_delay_of_an_undated_alert_is_not_told() -> None:
    page = samples.alert()
    assert page.stored_after == timedelta(seconds=1.1)
    assert replace(page, row=replace(page.row, created_at=None)).stored_after is None


def test_an_alert_from_the_future_tells_no_delay() -> None:
    page = samples.alert()
    ahead = replace(page.row, created_at=page.row.stored_at + timedelta(hours=1))
    assert replace(page, row=ahead).stored_after is None


def test_the_overview_counts_what_is_grave() -> None:
    assert samples.overview().grave.endswith(" high")
