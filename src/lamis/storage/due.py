"""The condition that a time kept in a row has come, which a clock that went back does not put off."""

from sqlalchemy import ColumnElement, SQLColumnExpression

# Clocks of several machines differ by so much, and a thread may compare with a time it took before.
AHEAD_MS = 2_000


def latest_ms(now_ms: int) -> int:
    """What was set for the present lies no further ahead; what does is of a clock that went back."""
    return now_ms + AHEAD_MS


def has_come(
    time_ms: SQLColumnExpression[int] | SQLColumnExpression[int | None],
    *,
    now_ms: int,
    longest_ms: int | SQLColumnExpression[int] = 0,
) -> ColumnElement[bool]:
    """That `time_ms` is not in the future, or further ahead than `longest_ms`.

    Nothing is ever put off for longer than that: such a time was set by a clock that went back since.
    """
    return (time_ms <= now_ms) | (time_ms > latest_ms(now_ms) + longest_ms)


def is_past(time_ms: int, *, now_ms: int, longest_ms: int = 0) -> bool:
    """`has_come` of a time that was read."""
    return not now_ms < time_ms <= latest_ms(now_ms) + longest_ms
