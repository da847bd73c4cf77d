"""Positions as texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.base.errors import Invalid
from lamis.journal.positions import position_of, position_text

POSITIONS = st.dictionaries(st.integers(1, 2**31), st.integers(1, 2**62), max_size=20)


@given(position=POSITIONS)
def test_a_position_comes_back_from_its_text(position: dict[int, int]) -> None:
    text = position_text(position, signing="one")
    assert position_of(text, signing="one") == position
    with pytest.raises(Invalid):
        position_of(text, signing="another")


@given(text=st.text(max_size=60))
def test_no_other_text_is_a_position(text: str) -> None:
    with pytest.raises(Invalid):
        position_of(text, signing="one")


def test_a_text_that_was_changed_is_none() -> None:
    text = position_text({1: 7}, signing="one")
    for at in range(len(text)):
        other = "A" if text[at] != "A" else "B"
        with pytest.raises(Invalid):
            position_of(text[:at] + other + text[at + 1 :], signing="one")
