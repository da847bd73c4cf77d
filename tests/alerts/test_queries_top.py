"""The most frequent values."""

import pytest

from lamis.alerts import queries, queries_top
from lamis.alerts.results import TopItem
from lamis.alerts.types import Filter, Severity
from lamis.base.errors import Invalid
from lamis.base.scope import EVERYTHING, Scope
from lamis.storage.engine import Database
from tests.alerts.naming import named
from tests.alerts.world import ALL, NORTH, ago, document, put


@pytest.mark.parametrize(
    "wanted",
    [ALL, Filter(since=ago(hours=30)), Filter(severities=frozenset({Severity.MEDIUM})), Filter(group="sshd")],
    ids=named,
)
def test_the_most_frequent_come_first(store: Database, wanted: Filter) -> None:
    put(store, *[document(n, at=ago(hours=n), rule="a" if n % 3 else "b") for n in range(10)])
    put(store, document(1, rule="b", device="other", addresses=["198.51.100.1"]), connection=3)
    with store.read() as session:

        def top(kind: str, limit: int = 10) -> list[TopItem]:
            found = queries.top(session, EVERYTHING, wanted, kind, limit=limit)
            assert found.sampled is None
            return list(found.items)

        assert top("rule") == [TopItem("a", 6), TopItem("b", 5)]
        assert top("rule", 1) == [TopItem("a", 6)]
        assert top("device") == [TopItem("web-01", 10), TopItem("other", 1)]
        assert top("address") == [TopItem("203.0.113.7", 10), TopItem("198.51.100.1", 1)]
        assert top("group") == [TopItem("authentication_failed", 11), TopItem("sshd", 11)]
        assert top("connection") == [TopItem("Source 1", 10), TopItem("Source 3", 1)]
        assert queries.top(session, NORTH, wanted, "rule").items == [TopItem("a", 6), TopItem("b", 4)]


def test_an_unknown_kind_is_named(store: Database) -> None:
    with store.read() as session, pytest.raises(Invalid) as caught:
        queries.top(session, EVERYTHING, ALL, "colour")
    assert caught.value.field == "by"


def test_a_rule_is_named_by_its_newest_alert_in_scope(store: Database) -> None:
    put(store, document(1, at=ago(hours=3), rule="a", title="before"))
    put(store, document(2, at=ago(hours=2), rule="a", title="now"), document(3, rule="b", title="other"))
    put(store, document(4, at=ago(hours=1), rule="a", title="elsewhere"), connection=3)
    with store.read() as session:
        assert queries_top.newest_titles(session, NORTH, ["a", "none"]) == {"a": "now"}
        found = queries_top.newest_titles(session, EVERYTHING, ["a", "b"])
        assert found == {"a": "elsewhere", "b": "other"}
        assert queries_top.newest_titles(session, Scope(frozenset()), ["a"]) == {}
