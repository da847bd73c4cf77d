"""Which connections a filter really matches."""

import pytest

from lamis.simulators.opnsense.states import State, matching, sanitised

STATES = [
    State("1", "a", src="192.0.2.7", dst="10.0.0.20"),
    State("2", "a", src="198.51.100.1", dst="10.0.0.20", nat="192.0.2.7"),
    State("3", "a", src="2001:db8::7", dst="2001:db8:1::1"),
    State("4", "a", src="198.51.100.2", dst="10.0.0.21", gateway="192.0.2.7"),
]


@pytest.mark.parametrize(
    ("phrase", "keys"),
    [
        ("192.0.2.7", ["1", "2", "4"]),
        ("192.0.2.0/24", ["1", "2", "4"]),
        ("192.0.2.7 10.0.0.20", ["1", "2"]),
        ("2001:db8::/32", ["3"]),
        ("198.51", ["2", "4"]),
        ("tcp", ["1", "2", "3", "4"]),
    ],
)
def test_addresses_match_by_overlap_and_other_words_anywhere(phrase: str, keys: list[str]) -> None:
    assert [state.key for state in matching(STATES, phrase)] == keys


def test_colons_are_always_lost_and_slashes_since_24_7() -> None:
    assert sanitised("2001:db8::/32", version=(26, 7)) == "2001db832"
    assert sanitised("192.0.2.0/24", version=(24, 1)) == "192.0.2.0/24"
