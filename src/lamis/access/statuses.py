"""The status code of each error of LAMIS: one table for pages and API."""

from collections.abc import Sequence

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
