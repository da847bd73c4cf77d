"""The order of pages."""

import pytest

from lamis.simulators.query import EVERYTHING
from lamis.simulators.refusals import Refusal
from lamis.simulators.sorting import MISSING_LONG, Order, SortKey, parse_sort
from tests.simulators.asking import T0, document, make_indexer


def test_missing_values_come_last_in_both_directions() -> None:
    indexer = make_indexer()
    for at, name in ((T0, "b"), (T0 + 1, None), (None, "a"), (T0 - 1, "c")):
        indexer.add(document(at, **({"id": name} if name else {})), index="one")
    indexes = indexer.documents.matching("one")

    def order(key: SortKey) -> list[object]:
        found = Order([key], indexes).documents(indexes, EVERYTHING, None)
        return [one.source().get("id") for one in found]

    assert order(SortKey("id")) == ["a", "b", "c", None]
    assert order(SortKey("id", descending=True)) == ["c", "b", "a", None]
    assert order(SortKey("@timestamp")) == ["c", "b", None, "a"]
    assert order(SortKey("@timestamp", descending=True)) == [None, "b", "c", "a"]


def test_an_undated_document_tells_the_longest_long() -> None:
    indexer = make_indexer()
    undated = indexer.add(document(None), index="one")
    assert Order([SortKey("@timestamp")], indexer.documents.matching("one")).values(undated) == [MISSING_LONG]


def test_a_sort_is_read_in_all_its_forms() -> None:
    forms = ["_doc", "id:desc", {"a": "desc"}, {"b": {"order": "asc"}}]
    assert parse_sort(forms, may_shard_doc=False) == [
        SortKey("_doc"),
        SortKey("id", True),
        SortKey("a", True),
        SortKey("b"),
    ]
    assert parse_sort(None, may_shard_doc=False) == []


@pytest.mark.parametrize("sort", ["_shard_doc", {"a": "up"}, [1], [{"a": "asc", "b": "asc"}]])
def test_an_impossible_sort_is_refused(sort: object) -> None:
    with pytest.raises(Refusal):
        parse_sort(sort, may_shard_doc=False)


def test_search_after_needs_a_value_for_each_key() -> None:
    with pytest.raises(Refusal):
        Order([SortKey("_id")], []).documents([], EVERYTHING, [1, 2])
