"""Milliseconds and back, for any time a document may carry."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.base.clock import from_ms, iso, iso_ms, span_ms, to_ms, utc_now


@given(st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999))
def test_milliseconds_survive_the_way_there_and_back(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms


def test_microseconds_are_rounded_down_before_and_after_1970() -> None:
    assert to_ms(datetime(1970, 1, 1, 0, 0, 0, 1999, tzinfo=UTC)) == 1
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_500, tzinfo=UTC)) == -1


def test_a_span_counts_its_whole_milliseconds() -> None:
    assert span_ms(timedelta(seconds=2, microseconds=1999)) == 2001
    assert span_ms(timedelta(microseconds=-1)) == -1


def test_iso_is_utc_with_milliseconds() -> None:
    there = datetime(2026, 11, 21, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert iso(there) == "2026-11-21T00:00:00.000Z"
    assert iso_ms(1) == "1970-01-01T00:00:00.001Z"


def test_the_present_is_aware() -> None:
    assert utc_now().tzinfo is UTC


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        to_ms(datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the case
