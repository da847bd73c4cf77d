"""The status code of each error of LAMIS: one table for pages and API."""

import math
from collections.abc import Sequence

from sqlalchemy.exc import DataError

from lamis.base.errors import (
    Conflict,
    ConnectorError,
    Invalid,
    LamisError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooSoon,
    Unavailable,
)

_STATUS: Sequence[tuple[type[LamisError], int]] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (NotSignedIn, 401),
    (TooSoon, 429),
    (Conflict, 409),
    (Invalid, 422),
    (Unavailable, 503),
    (ConnectorError, 502),
)


def status_of(error: LamisError) -> int:
    """The status of an answer that tells of this error; 500 for one that names no kind."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def waiting(error: LamisError) -> dict[str, str]:
    """The header that says how long to wait, in whole seconds; empty where trying again needs no wait."""
    if not isinstance(error, TooSoon):
        return {}
    return {"Retry-After": str(max(1, math.ceil(error.retry_after.total_seconds())))}


# What a text raises that no database can keep: one with a NUL, or with half of a surrogate pair.
UNKEPT: tuple[type[Exception], ...] = (DataError, UnicodeEncodeError)
UNKEPT_SENTENCE = "A text in it holds a sign that cannot be kept (such as NUL); type it again."
