"""Times as Wazuh documents write them, as milliseconds since 1970."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

# What a `datetime` can hold; times beyond are taken as the nearest of these.
FIRST_MS = -62_135_596_800_000
LAST_MS = 253_402_300_799_999

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"([+-]?\d{4,9})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"\s*(?:(Z|z)|([+-])(\d\d):?(\d\d)?)?"
)
_SYSLOG = re.compile(r"(\d{4}) ([A-Za-z]{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DIGITS = re.compile(r"-?\d{1,18}")


def time_ms(value: Any) -> int | None:
    """Milliseconds of an ISO 8601 text, an old syslog form, or a number of milliseconds; None otherwise.

    Without an offset the time is UTC. Years that no `datetime` holds become its first or last moment.
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return int(max(FIRST_MS, min(LAST_MS, value)))


def _from_text(text: str) -> int | None:
    if text[4:5] != "-":  # `fromisoformat` would take a row of digits for a date without dashes
        return _odd(text.strip())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _odd(text.strip())
    ms = _since_epoch(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return ms if FIRST_MS <= ms <= LAST_MS else max(FIRST_MS, min(LAST_MS, ms))


def _odd(text: str) -> int | None:
    if match := _ISO.fullmatch(text):
        return _from_iso(match)
    if match := _SYSLOG.fullmatch(text):
        year, month, day, hour, minute, second = match.groups()
        if month.lower() not in _MONTHS:
            return None
        return _ms(int(year), _MONTHS.index(month.lower()) + 1, int(day), int(hour), int(minute), int(second))
    if _DIGITS.fullmatch(text):
        return max(FIRST_MS, min(LAST_MS, int(text)))
    return None


def _from_iso(match: re.Match[str]) -> int | None:
    year = int(match[1])
    if year > 9999:
        return LAST_MS
    if year < 1:
        return FIRST_MS
    parts = [int(match[place] or 0) for place in range(2, 7)]
    moment = _ms(year, *parts, milli=int((match[7] or "0").ljust(3, "0")[:3]))
    if moment is None or match[9] is None:
        return moment
    offset_ms = (int(match[10]) * 60 + int(match[11] or 0)) * 60_000
    return max(FIRST_MS, min(LAST_MS, moment - offset_ms if match[9] == "+" else moment + offset_ms))


def _ms(
    year: int, month: int, day: int, hour: int, minute: int, second: int, *, milli: int = 0
) -> int | None:
    """A leap second, and the hour 24, are the beginning of what follows."""
    if hour > 24 or minute > 59 or second > 60:
        return None
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
        return _since_epoch(
            midnight + timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=milli)
        )
    except (ValueError, OverflowError):
        return None


def _since_epoch(moment: datetime) -> int:
    """As `clock.to_ms`, several times faster: it runs once for each document."""
    delta = moment - _EPOCH
    return delta.days * 86_400_000 + delta.seconds * 1_000 + delta.microseconds // 1_000
