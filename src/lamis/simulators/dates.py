"""Reading the date forms that Wazuh documents and OpenSearch queries use."""

import re
from datetime import UTC, datetime, timedelta

from lamis.base.clock import to_ms

_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?"
)
_MATH = re.compile(r"([+-])(\d+)([smhdw])")


def duration_ms(text: str) -> int:
    """Milliseconds of `2m`, `30s`, `15m`, `1h`, `1d`. Raises ValueError."""
    match = re.fullmatch(r"(\d+)(ms|[smhdw])", text)
    if match is None:
        raise ValueError(f"failed to parse setting with value [{text}] as a time value")
    return int(match[1]) * _UNITS_MS[match[2]]


def parse_ms(value: object, *, now_ms: int = 0) -> int:
    """Milliseconds since 1970 of an epoch number, an ISO 8601 date or `now-15m`. Raises ValueError.

    Finer fractions are cut to the millisecond, as the `date` type does.
    """
    if isinstance(value, bool):
        raise ValueError(f"failed to parse date field [{value}]")
    if isinstance(value, int | float):
        return int(value)
    text = str(value)
    if re.fullmatch(r"-?\d{5,}", text):
        return int(text)
    if text.startswith("now"):
        return _moved(now_ms, text[3:])
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"failed to parse date field [{text}] with format [strict_date_optional_time]")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return to_ms(moment - _offset(match[8])) + int((match[7] or "0").ljust(3, "0")[:3])


def _offset(text: str | None) -> timedelta:
    if text is None or text == "Z":
        return timedelta()
    digits = text.replace(":", "")
    away = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return -away if digits[0] == "-" else away


def _moved(now_ms: int, steps: str) -> int:
    if _MATH.sub("", steps):
        raise ValueError(f"failed to parse date field [now{steps}]")
    moves = (
        int(count) * _UNITS_MS[unit] * (-1 if sign == "-" else 1)
        for sign, count, unit in _MATH.findall(steps)
    )
    return now_ms + sum(moves)
