"""Each kind of error has its status, for pages and API alike."""

from datetime import timedelta

import pytest

from lamis.access.statuses import status_of, waiting
from lamis.base.errors import (
    AuthFailed,
    Conflict,
    Invalid,
    LamisError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooSoon,
    Unavailable,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("It is so."), 404),
        (NotAllowed("It is so."), 403),
        (NotSignedIn("It is so."), 401),
        (TooSoon("It is so.", retry_after=timedelta(seconds=1)), 429),
        (Conflict("It is so."), 409),
        (Invalid("It is so."), 422),
        (Unavailable("It is so."), 503),
        (AuthFailed("It is so."), 502),
        (LamisError("It is so."), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, LamisError) else str(value),
)
def test_an_error_has_the_status_of_its_kind(error: LamisError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize(("seconds", "told"), [(2.5, "3"), (60, "60"), (0, "1")])
def test_whoever_tried_too_often_is_told_how_long_to_wait(seconds: float, told: str) -> None:
    assert waiting(TooSoon("x", retry_after=timedelta(seconds=seconds))) == {"Retry-After": told}
    assert waiting(Conflict("x")) == {}
