"""Views that end."""

import pytest

from lamis.simulators.contexts import Contexts
from lamis.simulators.documents import Documents
from lamis.simulators.refusals import Refusal


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
