"""Views that end."""

import pytest

from lamis.simulators.contexts import MOST_PITS, MOST_SCROLLS, Contexts, Scroll, expiry
from lamis.simulators.documents import Documents
from lamis.simulators.refusals import Refusal
from lamis.simulators.searching import Request


def test_a_view_expires_and_a_wrong_keep_alive_is_refused() -> None:
    documents = Documents()
    documents.put(b"{}", index="a", time_ms=1)
    contexts = Contexts(documents)
    pit_id = contexts.open_pit(documents.matching("a"), "0ms")
    with pytest.raises(Refusal, match="No search context"):
        contexts.pit(pit_id, None)
    with pytest.raises(Refusal, match="time value"):
        contexts.open_pit(documents.matching("a"), "")


def test_an_index_made_anew_is_not_the_one_that_was_seen() -> None:
    documents = Documents()
    documents.put(b"{}", index="a", time_ms=1)
    contexts = Contexts(documents)
    pit_id = contexts.open_pit(documents.matching("a"), "1m")
    documents.delete_index("a")
    documents.put(b"{}", index="a", time_ms=1)
    with pytest.raises(Refusal, match="no such index"):
        contexts.pit(pit_id, "1m")


def test_a_restart_forgets_all_views() -> None:
    documents = Documents()
    documents.put(b"{}", index="a", time_ms=1)
    contexts = Contexts(documents)
    contexts.open_pit(documents.matching("a"), "1m")
    contexts.forget()
    assert contexts.open_counts() == (0, 0)


def test_one_view_too_many_is_refused_until_others_end() -> None:
    documents = Documents()
    documents.put(b"{}", index="a", time_ms=1)
    indexes = documents.matching("a")
    contexts = Contexts(documents)
    contexts.open_pit(indexes, "0ms")
    pits = [contexts.open_pit(indexes, "1m") for _ in range(MOST_PITS)]
    with pytest.raises(Refusal, match="too many Point In Time contexts") as refused:
        contexts.open_pit(indexes, "1m")
    assert refused.value.status == 429
    contexts.close_pits(pits[:1])
    contexts.open_pit(indexes, "1m")


def test_one_scroll_too_many_is_refused() -> None:
    contexts = Contexts(Documents())
    for _ in range(MOST_SCROLLS):
        contexts.open_scroll(Scroll(Request({}, now_ms=0), [], [], expiry("1m")))
    with pytest.raises(Refusal, match="too many scroll contexts") as refused:
        contexts.open_scroll(Scroll(Request({}, now_ms=0), [], [], expiry("1m")))
    assert refused.value.status == 429


def test_nothing_is_kept_for_longer_than_a_day() -> None:
    assert expiry("24h") > 0
    with pytest.raises(Refusal, match="Keep alive for request") as refused:
        expiry("2d")
    assert refused.value.status == 400
