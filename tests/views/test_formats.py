from datetime import UTC, datetime, timedelta, timezone

import pytest

from lamis.views import formats

NOW = datetime(2026, 11, 21, 11, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.1234, 0, "12 %"),
        (0.99999, 2, "99.99 %"),
        (1, 2, "100.00 %"),
        (0.000001, 2, "0.01 %"),
        (0, 0, "0 %"),
    ],
)
def test_only_a_whole_is_a_hundred_percent_and_only_nothing_is_zero(
    share: float, digits: int, text: str
) -> None:
    assert formats.percent(share, digits).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("count_bytes", "text"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (4118, "4.1 kB"),
        (64_000_000, "64 MB"),
        (999_600, "1.0 MB"),
        (5_300_000_000, "5.3 GB"),
    ],
)
def test_sizes_carry_their_unit(count_bytes: int, text: str) -> None:
    assert formats.size(count_bytes).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "now"),
        (4, "4 s ago"),
        (125, "2 min ago"),
        (7300, "2 h ago"),
        (700_000, "8 d ago"),
        (-5, "in 5 s"),
    ],
)
def test_an_age_is_the_largest_whole_unit(seconds: float, text: str) -> None:
    assert formats.ago(NOW - timedelta(seconds=seconds), NOW).replace("\xa0", " ") == text


@pytest.mark.parametrize(("seconds", "text"), [(1.14, "1.1 s"), (9.97, "9 s"), (61, "1 min")])
def test_a_delay_has_tenths_below_ten_seconds(seconds: float, text: str) -> None:
    assert formats.delay(timedelta(seconds=seconds)).replace("\xa0", " ") == text


def test_a_length_below_a_second_is_not_nothing() -> None:
    assert formats.duration(timedelta(milliseconds=400)) == "0.4\xa0s"


def test_times_are_shown_in_utc_whatever_their_zone() -> None:
    at = datetime(2026, 11, 21, 12, 42, 7, 318000, tzinfo=timezone(timedelta(hours=1)))
    assert formats.exact(at) == "2026-11-21 11:42:07.318 UTC"
    assert formats.iso(at) == "2026-11-21T11:42:07.318Z"
    assert formats.clock(at) == "11:42"


def test_milliseconds_are_left_out_where_there_are_none() -> None:
    assert formats.exact(NOW) == "2026-11-21 11:45:00 UTC"


def test_a_short_time_is_a_clock_today_and_a_date_before() -> None:
    assert formats.short(NOW - timedelta(hours=3), NOW) == "08:45"
    assert formats.short(NOW - timedelta(days=3), NOW) == "2026-11-18"


def test_a_span_names_its_day_once() -> None:
    later = NOW + timedelta(seconds=10, milliseconds=400)
    assert formats.span(NOW, later) == "2026-11-21 11:45:00 – 11:45:10 UTC"
    assert formats.span(NOW - timedelta(days=1), NOW) == "2026-11-20 11:45:00 – 2026-11-21 11:45:00 UTC"


def test_thousands_are_parted() -> None:
    assert formats.number(18204) == "18,204"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Ruiz", "AR"),
        ("ana", "A"),
        ("m.okafor@example.org", "MO"),
        ("Ana Maria Ruiz", "AR"),
        ("", "?"),
        ("@", "?"),
    ],
)
def test_a_person_is_marked_by_at_most_two_letters(name: str, letters: str) -> None:
    assert formats.initials(name) == letters
