"""The cookies of LAMIS: names and flags."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from lamis.access.address import is_https
from lamis.base.settings import Settings

SESSION = "lamis_session"
VISIT = "lamis_visit"


def set_cookie(
    response: Response,
    request: HTTPConnection,
    settings: Settings,
    *,
    name: str,
    value: str,
    max_age_s: int | None = None,
) -> None:
    """Set a cookie that scripts and other sites cannot use; without `max_age_s` it ends with the browser."""
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies or is_https(request, settings),
    )


def clear_cookie(response: Response, request: HTTPConnection, settings: Settings, *, name: str) -> None:
    """Take a cookie back, with the flags it was set with."""
    set_cookie(response, request, settings, name=name, value="", max_age_s=0)
