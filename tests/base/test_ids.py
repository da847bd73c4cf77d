"""Ids: random ones for rows, reversible ones for alerts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.base.errors import NotFound
from lamis.base.ids import alert_id, alert_key, new_id


def test_new_ids_differ_and_have_one_length() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(one) for one in made} == {26}


@given(st.integers(min_value=0, max_value=(1 << 63) - 1))
def test_an_alert_id_leads_back_to_its_key(key: int) -> None:
    assert alert_key(alert_id(key)) == key


@given(st.integers(0, (1 << 63) - 1), st.integers(0, (1 << 63) - 1))
def test_alert_ids_sort_as_their_keys_do(first: int, second: int) -> None:
    assert (alert_id(first) < alert_id(second)) == (first < second)


@pytest.mark.parametrize(
    "nonsense", ["", "1", "zzzzzzzzzzzzz", "0000000000000000", "000000000000u", "../../etc/pass"]
)
def test_nonsense_is_no_alert(nonsense: str) -> None:
    with pytest.raises(NotFound):
        alert_key(nonsense)
