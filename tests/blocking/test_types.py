"""Words of marks, and which guards may be overridden."""

import pytest

from lamis.blocking.types import BlockState, Guard, Guarded, Mark, Objection


@pytest.mark.parametrize(
    ("state", "is_pushed", "words"),
    [
        (BlockState.ACTIVE, True, "This IP is blocked"),
        (BlockState.PARTLY, True, "This IP is blocked"),
        (BlockState.REQUESTED, True, "This IP is being blocked"),
        (BlockState.APPLYING, True, "This IP is being blocked"),
        (BlockState.APPLYING, False, "This IP is on the block list"),
        (BlockState.FAILED, True, "Blocking it failed"),
    ],
)
def test_a_mark_never_says_more_than_was_read_back(state: BlockState, is_pushed: bool, words: str) -> None:
    assert Mark("id", "203.0.113.9", state, is_pushed).words == words


def test_a_refusal_names_the_gravest_guard() -> None:
    refused = Guarded([Objection(Guard.LOOPBACK, "Loopback."), Objection(Guard.TOO_WIDE, "Too wide.")])
    assert (refused.guard, refused.message) == ("loopback", "Loopback.")
    assert [each.may_be_overridden for each in refused.objections] == [False, True]
