"""Addresses given by a request, taken only where they lead into our own pages."""

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

OVERVIEW = "/"
SIGN_IN = "/sign-in"
_NOWHERE = ("/sign-in", "/sign-out", "/auth/", "/static/", "/api/")


def local(target: str | None) -> str:
    """`target` when it is a path of ours that may be returned to, else the overview."""
    if not target or not target.startswith("/") or target.startswith(_NOWHERE):
        return OVERVIEW
    # Browsers read a backslash as a slash and drop control characters: `/\host` and `/<tab>/host` leave.
    if (
        "\\" in target
        or target.startswith("//")
        or any(letter < " " or letter == "\x7f" for letter in target)
    ):
        return OVERVIEW
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else OVERVIEW


def here(request: Request) -> str:
    """The page's own address with its query, to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def sign_in_first(request: Request) -> str:
    """The sign-in page that leads back here; back to the overview where here was no page."""
    target = local(here(request)) if request.method in ("GET", "HEAD") else OVERVIEW
    return SIGN_IN if target == OVERVIEW else f"{SIGN_IN}?{urlencode({'next': target})}"
