"""Parameters of addresses: repeated, blank, too long."""

import pytest

from lamis.base.errors import Invalid
from lamis.base.params import listed, one


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), (["", "  "], None), (["a"], "a"), (["a", " b ", ""], "b")]
)
def test_the_last_value_that_is_not_blank_counts(values: list[str], expected: str | None) -> None:
    assert one({"q": values}, "q", most=5) == expected
    assert one({}, "q", most=5) is None


def test_a_value_may_not_be_longer_than_asked() -> None:
    assert one({"q": ["12345"]}, "q", most=5) == "12345"
    with pytest.raises(Invalid, match="longer than 5 characters") as refused:
        one({"q": ["123456"]}, "q", most=5)
    assert refused.value.field == "q"


def test_a_list_is_repeated_or_separated_by_commas() -> None:
    assert listed({"s": ["a, b", "", "c,,"]}, "s") == ["a", "b", "c"]
    assert listed({}, "s") == []
