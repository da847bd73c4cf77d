"""Time: read once at the door, stored as UTC milliseconds, never guessed."""

from datetime import UTC, datetime, timedelta

EPOCH_2000_MS = 946_684_800_000
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
QUARTER_MS = 900_000


def utc_now() -> datetime:
    """The present, aware, in UTC. Called by doors only; below them `now` is an argument."""
    return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware `moment`, rounded down."""
    return span_ms(moment - datetime(1970, 1, 1, tzinfo=UTC))


def span_ms(span: timedelta) -> int:
    """Whole milliseconds of `span`, rounded down."""
    return span // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """The aware UTC time of `ms` since 1970; ancient and far values are taken as they are."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as every JSON answer has it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_ms(ms: int) -> str:
    """`iso` of milliseconds since 1970."""
    return iso(from_ms(ms))
