"""Errors as pages: what happened, and the next step."""

import secrets
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lamis.access.callers import cookie_caller, runtime_of
from lamis.access.statuses import UNKEPT, UNKEPT_SENTENCE, status_of, waiting
from lamis.base.clock import utc_now
from lamis.base.errors import (
    LamisError,
    NotSignedIn,
)
from lamis.base.log import logger
from lamis.storage import scopes
from lamis.storage.away import why_it_cannot
from lamis.views.render import render
from lamis.web.frame import bare_frame, frame_of
from lamis.web.paths import sign_in_first
from lamis.web.visits import Elsewhere

_log = logger("web")
_TITLES = {
    403: "Not allowed",
    404: "Not found",
    405: "Not found",
    409: "That did not fit",
    413: "Too much at once",
    422: "That cannot be used",
    429: "Too many tries",
    502: "The source did not answer well",
    503: "LAMIS cannot do this now",
}
_SENTENCES = {
    404: "There is nothing at this address; it may have been removed, or the link is not whole.",
    405: "There is nothing at this address to send a form to; go back and load the page again.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What an error page says; `reference` also stands in the log."""

    title: str
    text: str
    reference: str = ""


def tell_errors(app: FastAPI) -> None:
    """Make every error of `app` a page; a stranger is led to the sign-in page instead."""

    async def of_elsewhere(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Elsewhere)
        return RedirectResponse(error.url, 303)

    async def of_stranger(request: Request, _error: Exception) -> Response:
        return RedirectResponse(sign_in_first(request), 303)

    async def of_lamis(request: Request, error: Exception) -> Response:
        assert isinstance(error, LamisError)
        status = status_of(error)
        page = await run_in_threadpool(error_page, request, status, error.message)
        page.headers.update(waiting(error))
        return page

    async def of_input(request: Request, _error: Exception) -> Response:
        text = "A part of the address or the form cannot be read; go back and try again."
        return await run_in_threadpool(error_page, request, 422, text)

    async def of_unkept(request: Request, _error: Exception) -> Response:
        return await run_in_threadpool(error_page, request, 422, UNKEPT_SENTENCE)

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        text = _SENTENCES.get(error.status_code, str(error.detail))
        return await run_in_threadpool(error_page, request, error.status_code, text)

    async def of_store(request: Request, error: Exception) -> Response:
        if (why := why_it_cannot(error)) is None:
            raise error
        return away_page(request, why)

    async def of_anything(request: Request, error: Exception) -> Response:
        why = why_it_cannot(error)
        return away_page(request, why) if why else broken_page(request, error)

    handlers: dict[Any, Any] = {
        Elsewhere: of_elsewhere,
        NotSignedIn: of_stranger,
        LamisError: of_lamis,
        RequestValidationError: of_input,
        HTTPException: of_http,
        OperationalError: of_store,
        **dict.fromkeys(UNKEPT, of_unkept),
        Exception: of_anything,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def error_page(request: Request, status: int, text: str) -> Response:
    """The page of an error, in the frame of whoever looks at it."""
    failure = Failure(title=_TITLES.get(status, "That did not work"), text=text)
    runtime, now = runtime_of(request), utc_now()
    caller = cookie_caller(request)
    if caller is None:
        frame = bare_frame(request, runtime, csrf="", now=now)
        return HTMLResponse(render("errors/bare.html", frame=frame, failure=failure), status_code=status)
    with runtime.database.read() as session:
        scopes.bind(session, caller.actor.full_scope)
        frame = frame_of(session, request, runtime, caller=caller, now=now, room="")
    return HTMLResponse(render("errors/page.html", frame=frame, failure=failure), status_code=status)


def away_page(request: Request, why: str) -> Response:
    """The page while the database is away or full; it reads nothing."""
    _log.warning(why)
    failure = Failure(title=_TITLES[503], text=why)
    frame = bare_frame(request, runtime_of(request), csrf="", now=utc_now())
    return HTMLResponse(render("errors/bare.html", frame=frame, failure=failure), status_code=503)


def broken_page(request: Request, error: Exception) -> Response:
    """The page of an error nobody expected: it reads nothing, because the store may be what broke.

    The server logs the traceback itself, right after this line.
    """
    reference = secrets.token_hex(4)
    kind = type(error).__name__
    # The route, not the path: the path of a one-time link is a secret.
    route = getattr(request.scope.get("route"), "path", "unknown")
    _log.error("unexpected", route=route, method=request.method, kind=kind, reference=reference)
    failure = Failure(
        title="LAMIS has failed here",
        text="The page could not be made because of an error of LAMIS itself. Try again; if it stays, give "
        "whoever runs LAMIS the reference below: the log tells more.",
        reference=reference,
    )
    frame = bare_frame(request, runtime_of(request), csrf="", now=utc_now())
    return HTMLResponse(render("errors/bare.html", frame=frame, failure=failure), status_code=500)
