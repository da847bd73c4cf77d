"""Values as people read them: numbers, sizes, ages and times. Pure; times are aware and shown in UTC."""

from datetime import UTC, datetime, timedelta

_STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_SIZES = ("kB", "MB", "GB")
_THIN = "\N{NO-BREAK SPACE}"


def number(value: int | float) -> str:
    """12345 as `12,345`."""
    return f"{value:,}"


def percent(share: float, digits: int = 0) -> str:
    """A share from 0 to 1 as `12 %`. Only a whole is shown as 100 %, only nothing as 0 %."""
    shown = round(share * 100, digits)
    least = 10.0**-digits
    if share < 1 <= shown / 100:
        shown = 100 - least
    elif shown == 0 < share:
        shown = least
    return f"{shown:.{digits}f}{_THIN}%"


def size(count_bytes: int) -> str:
    """4118 as `4.1 kB`; below a thousand, `118 bytes`."""
    if count_bytes < 1000:
        return f"{count_bytes}{_THIN}bytes" if count_bytes != 1 else f"1{_THIN}byte"
    power = 1 if count_bytes < 999_500 else 2 if count_bytes < 999_500_000 else 3
    value = count_bytes / 1000**power
    return (
        f"{value:.1f}{_THIN}{_SIZES[power - 1]}" if value < 10 else f"{value:.0f}{_THIN}{_SIZES[power - 1]}"
    )


def duration(length: timedelta) -> str:
    """The largest whole unit: `4 s`, `12 min`, `3 h`, `8 d`; below a second, `0.4 s`."""
    seconds = abs(length.total_seconds())
    if seconds < 1:
        return f"{seconds:.1f}{_THIN}s"
    unit_s, unit = next(step for step in _STEPS if seconds >= step[0])
    return f"{int(seconds // unit_s)}{_THIN}{unit}"


def delay(length: timedelta) -> str:
    """As `duration`, with tenths below ten seconds: `1.1 s`."""
    seconds = abs(length.total_seconds())
    return f"{seconds:.1f}{_THIN}s" if seconds < 9.95 else duration(length)


def ago(at: datetime, now: datetime) -> str:
    """How long before `now`: `4 s ago`; a time to come reads `in 4 s`."""
    length = now - at
    if abs(length.total_seconds()) < 1:
        return "now"
    return f"{duration(length)} ago" if length > timedelta(0) else f"in {duration(length)}"


def exact(at: datetime) -> str:
    """To the second, in UTC: `2026-11-21 11:42:07 UTC`; milliseconds where there are some."""
    at = at.astimezone(UTC)
    fraction = f".{at.microsecond // 1000:03d}" if at.microsecond >= 1000 else ""
    return f"{at.replace(microsecond=0, tzinfo=None).isoformat(' ')}{fraction} UTC"


def clock(at: datetime) -> str:
    """The time of day in UTC: `11:42`."""
    at = at.astimezone(UTC)
    return f"{at.hour:02d}:{at.minute:02d}"


def second(at: datetime) -> str:
    """The time of day in UTC with seconds: `11:42:07`."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def span(since: datetime, until: datetime) -> str:
    """From when until when in UTC: `2026-11-21 11:42:00 – 11:42:10 UTC`; both days where they differ."""
    first, last = since.astimezone(UTC), until.astimezone(UTC)
    day = "" if first.date() == last.date() else f"{last:%Y-%m-%d} "
    return f"{first:%Y-%m-%d} {second(first)} – {day}{second(last)} UTC"


def short(at: datetime, now: datetime) -> str:
    """The time of day within a day of `now`, else the date; in UTC."""
    return clock(at) if abs(now - at) < timedelta(days=1) else f"{at.astimezone(UTC):%Y-%m-%d}"


def iso(at: datetime) -> str:
    """For `datetime` attributes: ISO 8601 in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def initials(name: str) -> str:
    """At most two letters for the round mark of a person: `Ana Ruiz` is `AR`, an e-mail its first letter."""
    words = [word for word in name.split("@")[0].replace(".", " ").replace("_", " ").split() if word]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
