"""The size of commits: as large as a person can wait for, whatever the machine."""

from datetime import timedelta

import pytest

from lamis.alerts.types import Fields, Incoming
from lamis.workers.pace import AIM, LEAST_DOCUMENTS, MOST_DOCUMENTS, Pace

COMMITS = 30


def _after(documents_a_second: float) -> int:
    pace = Pace()
    for _ in range(COMMITS):
        pace.learn(pace.documents, timedelta(seconds=pace.documents / documents_a_second))
    return pace.documents


@pytest.mark.parametrize(
    ("documents_a_second", "documents"),
    [(1_000_000, MOST_DOCUMENTS), (100, LEAST_DOCUMENTS), (500 / AIM.total_seconds(), 500)],
)
def test_a_commit_takes_what_fits_its_time(documents_a_second: float, documents: int) -> None:
    assert _after(documents_a_second) == pytest.approx(documents, abs=2)


def test_one_slow_commit_does_not_decide() -> None:
    pace = Pace(MOST_DOCUMENTS)
    pace.learn(MOST_DOCUMENTS, timedelta(seconds=10))
    assert pace.documents > LEAST_DOCUMENTS


@pytest.mark.parametrize(
    ("documents", "took"), [(1, 10.0), (LEAST_DOCUMENTS - 1, 10.0), (500, 0.0), (500, -1.0)]
)
def test_what_tells_nothing_is_not_learnt_from(documents: int, took: float) -> None:
    pace = Pace(MOST_DOCUMENTS)
    pace.learn(documents, timedelta(seconds=took))
    assert pace.documents == MOST_DOCUMENTS


def test_a_page_is_parted_by_time_and_let_go() -> None:
    times = [None, *range(LEAST_DOCUMENTS, 0, -1)]
    page = [Incoming("i", str(ms), b"{}", Fields(time_ms=ms, title="t")) for ms in times]
    parts = Pace().parts(page)
    first = next(parts)
    assert [one.fields.time_ms for one in first] == [None, *range(1, LEAST_DOCUMENTS)]
    assert [one.fields.time_ms for one in page] == [LEAST_DOCUMENTS]
    assert [len(part) for part in parts] == [1]
    assert page == []


def test_the_next_part_has_the_size_learnt_meanwhile() -> None:
    pace = Pace()
    page = [Incoming("i", str(ms), b"{}", Fields(time_ms=ms, title="t")) for ms in range(3000)]
    parts = pace.parts(page)
    assert len(next(parts)) == LEAST_DOCUMENTS
    pace.documents = MOST_DOCUMENTS
    assert len(next(parts)) == MOST_DOCUMENTS
