"""What is new among the alerts."""

from datetime import timedelta

import pytest

from lamis.alerts import queries_news
from lamis.alerts.filters import parse_filter
from lamis.alerts.queries_news import newest, news, stored_after
from lamis.alerts.results import News
from lamis.base.scope import EVERYTHING
from lamis.storage.engine import Database
from tests.alerts.world import ALL, NORTH, NOW, SOUTH, document, put


def found(
    store: Database, since: dict[int, int], *, scope=EVERYTHING, most: int = 500, **params: str
) -> News:
    wanted = parse_filter({name: [value] for name, value in params.items()}, now=NOW)
    with store.read() as session:
        return news(session, scope, wanted, since, most=most)


def test_only_what_came_after_the_numbers_is_new(store: Database) -> None:
    put(store, document(1, title="old"))
    put(store, document(2, title="new"))
    put(store, document(3, title="south"), connection=3)
    assert [row.title for row in found(store, {1: 1}).alerts] == ["new"]
    assert {row.title for row in found(store, {1: 1, 2: 0}).alerts} == {"new", "south"}
    assert found(store, {1: 2, 2: 1}).count == 0


def test_all_that_came_after_the_numbers_comes_in_chunks_newest_first(store: Database) -> None:
    put(store, document(1, title="old"))
    put(store, *(document(number, title=f"new {number}") for number in range(2, 7)))
    put(store, document(9, title="south"), connection=3)
    with store.read() as session:
        chunks = list(stored_after(session, NORTH, ALL, {1: 1, 2: 0}, chunk=2))
        assert [len(chunk) for chunk in chunks] == [2, 2, 1]
        rows = [row for chunk in chunks for row in chunk]
        assert {row.title for row in rows} == {f"new {number}" for number in range(2, 7)}
        assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
        assert list(stored_after(session, EVERYTHING, ALL, {1: 2, 2: 1})) == []


def test_a_tenant_out_of_scope_brings_nothing(store: Database) -> None:
    put(store, document(1), connection=3)
    assert found(store, {1: 0, 2: 0}, scope=NORTH).count == 0
    assert found(store, {1: 0, 2: 0}, scope=SOUTH).count == 1
    assert found(store, {1: 0, 2: 0}, scope=NORTH, tenant="South").count == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "params",
    [
        {"severity": "critical"},
        {"level": "12"},
        {"rule": "100"},
        {"device": "db-1"},
        {"group": "odd"},
        {"user": "eve"},
        {"address": "198.51.100.0/24"},
        {"q": "needle"},
        {"from": "1h"},
        {"connection": "Source 2"},
    ],
)
def test_every_filter_narrows_what_is_new(store: Database, params: dict[str, str]) -> None:
    fields = {"rule": "100", "device": "db-1", "groups": ("odd",), "user": "eve", "level": 12}
    put(store, document(1, at=NOW - timedelta(hours=2)))
    put(
        store,
        document(2, title="a needle", addresses=("198.51.100.9",), **fields),
        connection=2,
    )
    assert [row.title for row in found(store, {1: 0}, **params).alerts] == ["a needle"]


def test_too_many_are_counted_and_left_out(store: Database) -> None:
    put(store, *(document(n) for n in range(5)))
    assert found(store, {1: 0}, most=4) == News((), 5)
    assert len(found(store, {1: 0}, most=5).alerts) == 5


def test_counting_ends_somewhere(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries_news, "MOST_COUNTED", 3)
    put(store, *(document(n) for n in range(5)))
    put(store, document(9), connection=3)
    assert found(store, {1: 0, 2: 0}, most=0).count == 3


def test_the_newest_come_first_and_name_the_dashboards_severity(store: Database) -> None:
    put(
        store,
        *(document(n, at=NOW - timedelta(minutes=n), level=level) for n, level in enumerate((3, 5, 8, 12))),
    )
    with store.read() as session:
        rows = newest(session, NORTH, ALL, most=3)
        assert newest(session, NORTH, parse_filter({"rule": ["none"]}, now=NOW), most=3) == []
    assert [(row.severity, row.severity_name) for row in rows] == [(1, "low"), (3, "medium"), (4, "high")]
