"""The cookies of LAMIS: names and flags."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from lamis.access.address import is_https
from lamis.base.settings import Settings
from lamis.people.types import SESSION_AT_MOST

SESSION = "lamis_session"
VISIT = "lamis_visit"
# The longest any session lives; the store decides earlier.
SESSION_AGE_S = int(SESSION_AT_MOST.total_seconds())


def set_cookie(
    response: Response,
    request: HTTPConnection,
    settings: Settings,
    *,
    name: str,
    value: str,
    max_age_s: int | None = None,
    is_for_scripts: bool = False,
) -> None:
    """Set a cookie that other sites cannot use; without `max_age_s` it ends with the browser.

    Scripts see it only where `is_for_scripts`, which is for choices and never for secrets.
    """
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        httponly=not is_for_scripts,
        samesite="lax",
        secure=settings.secure_cookies or is_https(request, settings),
    )


def clear_cookie(response: Response, request: HTTPConnection, settings: Settings, *, name: str) -> None:
    """Take a cookie back, with the flags it was set with."""
    set_cookie(response, request, settings, name=name, value="", max_age_s=0)
