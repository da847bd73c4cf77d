"""Flags of cookies."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from lamis.access import cookies
from lamis.base.settings import Settings


def header(*, scheme: str = "http", secure: bool = False, **kwargs: object) -> str:
    request = Request({"type": "http", "scheme": scheme, "path": "/", "headers": [], "server": ("h", 80)})
    response = Response()
    settings = Settings(_env_file=None, secure_cookies=secure)
    cookies.set_cookie(response, request, settings, name="c", value="v", **kwargs)
    return response.headers["set-cookie"]


def test_a_cookie_is_closed_to_scripts_and_other_sites_and_bound_to_this_host() -> None:
    flags = header().split("; ")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(flags)
    assert not any(flag.startswith(("Domain", "Max-Age", "Secure")) for flag in flags)


@pytest.mark.parametrize(("scheme", "secure"), [("https", False), ("http", True)])
def test_a_cookie_is_secure_over_tls_or_when_told_so(scheme: str, secure: bool) -> None:
    assert "Secure" in header(scheme=scheme, secure=secure)


def test_only_a_choice_may_be_open_to_scripts() -> None:
    assert "HttpOnly" not in header(is_for_scripts=True)


def test_a_cleared_cookie_is_empty_and_over() -> None:
    request = Request({"type": "http", "scheme": "http", "path": "/", "headers": [], "server": ("h", 80)})
    response = Response()
    cookies.clear_cookie(response, request, Settings(_env_file=None), name="c")
    assert 'c=""' in response.headers["set-cookie"]
    assert "Max-Age=0" in response.headers["set-cookie"]
