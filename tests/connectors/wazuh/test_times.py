"""The forms of time that Wazuh documents hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.connectors.wazuh.times import FIRST_MS, LAST_MS, time_ms

NOON = 1_772_366_400_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T12:00:00.000Z", NOON),
        ("2026-03-01T12:00:00.123456Z", NOON + 123),
        ("2026-03-01T12:00:00.1239999+00:00", NOON + 123),
        ("2026-03-01T12:00:00,5Z", NOON + 500),
        ("2026-03-01T12:00:00", NOON),
        ("2026-03-01 12:00:00", NOON),
        ("2026-03-01T17:30:00.000+0530", NOON),
        ("2026-03-01T07:00-05", NOON),
        ("2026-03-01T12:00:00z", NOON),
        ("2026-03-01", NOON - 43_200_000),
        ("2026-03-01T24:00:00Z", NOON + 43_200_000),
        ("2026-03-01T11:59:60Z", NOON),
        ("2017 Jan 05 14:11:21", 1_483_625_481_000),
        ("2016 Dec  1 00:00:00", 1_480_550_400_000),
        (NOON, NOON),
        (float(NOON), NOON),
        (str(NOON), NOON),
        ("1700010112345", 1_700_010_112_345),
        ("1969-12-31T23:59:59.999Z", -1),
        ("+12026-03-01T12:00:00Z", LAST_MS),
        ("0000-03-01T12:00:00Z", FIRST_MS),
        ("-0044-03-15T12:00:00Z", FIRST_MS),
        ("9999-12-31T23:59:59.999-01:00", LAST_MS),
        ("0001-01-01T00:00:00.000+01:00", FIRST_MS),
        (10**30, LAST_MS),
        (-1e300, FIRST_MS),
    ],
)
def test_a_time_is_read(value: Any, expected: int) -> None:
    assert time_ms(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "yesterday", True, float("nan"), [], {}, "1" * 40),
        *("2026-13-01T00:00:00Z", "2026-02-30T12:00:00Z", "2026-03-01T25:00:00Z", "2017 Foo 05 14:11:21"),
    ],
)
def test_what_is_no_time_is_none(value: Any) -> None:
    assert time_ms(value) is None


@given(st.text() | st.floats() | st.integers())
def test_nothing_raises_and_every_time_fits(value: Any) -> None:
    found = time_ms(value)
    assert found is None or FIRST_MS <= found <= LAST_MS
