"""Every date form a document or a query may use."""

import pytest

from lamis.simulators.dates import duration_ms, parse_ms

AT = 1_772_359_200_000


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        (AT, AT),
        (float(AT), AT),
        (str(AT), AT),
        ("2026-03-01T10:00:00.000Z", AT),
        ("2026-03-01T10:00:00", AT),
        ("2026-03-01T11:00:00.123+0100", AT + 123),
        ("2026-03-01T05:00:00-05:00", AT),
        ("2026-03-01T10:00:00.123987Z", AT + 123),
        ("2026-03-01T10:00:00.1Z", AT + 100),
        ("2026-03-01", AT - 36_000_000),
        ("now", AT),
        ("now-15m+1s", AT - 899_000),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_a_date_is_read_to_the_millisecond(value: object, ms: int) -> None:
    assert parse_ms(value, now_ms=AT) == ms


@pytest.mark.parametrize("value", ["soon", "2016 Dec 21 10:00:00", "now/d", True, "2026-13-01"])
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        parse_ms(value, now_ms=AT)


def test_durations_have_units() -> None:
    assert [duration_ms(text) for text in ("5ms", "2s", "3m", "1h", "2d")] == [
        5,
        2000,
        180_000,
        3_600_000,
        172_800_000,
    ]
    with pytest.raises(ValueError):
        duration_ms("soon")
