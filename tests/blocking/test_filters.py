"""From an address's parameters to what is wanted."""

import pytest

from lamis.base.errors import Invalid
from lamis.blocking.filters import parse_block_filter
from lamis.blocking.types import BlockFilter, BlockState
from tests.clock import NOON


def test_nothing_asked_wants_everything() -> None:
    assert parse_block_filter({"q": [" "], "state": []}, now=NOON) == BlockFilter()


def test_each_parameter_is_read() -> None:
    found = parse_block_filter(
        {
            "q": ["scan"],
            "state": ["active,partly"],
            "standing": ["yes"],
            "firewall": ["f"],
            "tenant": ["t"],
            "expiring": ["1"],
            "address": ["203.0.113.9"],
        },
        now=NOON,
    )
    assert (found.text, found.states) == ("scan", (BlockState.ACTIVE, BlockState.PARTLY))
    assert (found.standing, found.firewall_id, found.tenant_id) == (True, "f", "t")
    assert found.expiring_before_ms is not None
    assert str(found.covering) == "203.0.113.9/32"


@pytest.mark.parametrize(
    ("name", "value"), [("state", "gone"), ("standing", "maybe"), ("address", "x"), ("q", "a" * 201)]
)
def test_a_wrong_value_names_its_parameter(name: str, value: str) -> None:
    with pytest.raises(Invalid) as told:
        parse_block_filter({name: [value]}, now=NOON)
    assert told.value.field == name
