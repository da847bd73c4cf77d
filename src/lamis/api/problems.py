"""Errors as problem details (RFC 9457). Every one has the member `error`: a sentence for people."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from lamis.access.statuses import UNKEPT, UNKEPT_SENTENCE, status_of, waiting
from lamis.base.errors import (
    ConnectorError,
    Invalid,
    LamisError,
    NotSignedIn,
)
from lamis.base.log import logger
from lamis.storage.away import why_it_cannot

_log = logger("api")
_AGAIN_S = "5"
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}


def problem(
    status: int, error: str, *, headers: Mapping[str, str] | None = None, **members: object
) -> Response:
    """The answer for one error; `members` are added as they are."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"detail": error, "error": error}
    return Response(
        _json(body | members),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def _json(body: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # a sentence may quote half of a surrogate pair
        return json.dumps(body).encode()


def lamis_problem(error: LamisError) -> Response:
    """The answer for an error of ours."""
    status = status_of(error)
    if isinstance(error, NotSignedIn):
        return problem(401, error.message, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, Invalid) and error.field:
        return problem(
            422, error.message, field=error.field, errors=[{"field": error.field, "error": error.message}]
        )
    if isinstance(error, ConnectorError):
        return problem(status, error.message, code=error.code, details=error.details)
    return problem(status, error.message, headers=waiting(error))


def _wrong_input(error: RequestValidationError) -> Response:
    if any(each["type"] == "json_invalid" for each in error.errors()):
        return problem(422, "The body is not JSON.", field="body")
    found = [
        {"field": ".".join(str(part) for part in each["loc"][1:]) or "body", "error": each["msg"]}
        for each in error.errors()
    ]
    first = found[0]
    return problem(422, f"{first['field']} is wrong: {first['error']}.", field=first["field"], errors=found)


def tell_problems(app: FastAPI) -> None:
    """Make every error of `app` a problem, those of the framework too."""

    async def of_lamis(_request: Request, error: Exception) -> Response:
        assert isinstance(error, LamisError)
        return lamis_problem(error)

    async def of_input(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _wrong_input(error)

    async def of_unkept(_request: Request, _error: Exception) -> Response:
        return problem(422, UNKEPT_SENTENCE)

    async def of_http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        sentence = _SENTENCES.get(error.status_code, str(error.detail))
        return problem(error.status_code, sentence, headers=error.headers)

    async def of_store(_request: Request, error: Exception) -> Response:
        if (why := why_it_cannot(error)) is None:
            raise error
        _log.warning(why)
        return problem(503, why, headers={"Retry-After": _AGAIN_S})

    async def of_anything(request: Request, error: Exception) -> Response:
        _log.error("unexpected", path=request.url.path, kind=type(error).__name__)
        return problem(500, "LAMIS could not answer because of an error of its own; the log says more.")

    handlers: dict[Any, Any] = {
        LamisError: of_lamis,
        RequestValidationError: of_input,
        HTTPException: of_http,
        OperationalError: of_store,
        **dict.fromkeys(UNKEPT, of_unkept),
        Exception: of_anything,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
