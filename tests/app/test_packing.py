"""Answers are packed for who takes that."""

import gzip
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from lamis.app.packing import Packing

PAGE = "<p>alert</p>" * 500


def page(request: Request) -> Response:
    return HTMLResponse(PAGE)


def small(request: Request) -> Response:
    return HTMLResponse("<p>little</p>")


def large(request: Request) -> Response:
    return HTMLResponse(PAGE * 20)


def json(request: Request) -> Response:
    return JSONResponse({"alerts": ["alert"] * 20_000})


def text(request: Request) -> Response:
    return PlainTextResponse(PAGE)


def packed(request: Request) -> Response:
    return Response(gzip.compress(b"{}"), media_type="application/json", headers={"Content-Encoding": "gzip"})


def streamed(request: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        for _ in range(3):
            yield PAGE

    return StreamingResponse(parts(), media_type="text/html")


@pytest.fixture
def client() -> TestClient:
    routes = [Route(f"/{each.__name__}", each) for each in (page, small, large, json, text, packed, streamed)]
    return TestClient(Packing(Starlette(routes=routes)))


@pytest.mark.parametrize("path", ["/page", "/large"])
@pytest.mark.parametrize(
    ("sent", "coding"), [("br, gzip", "gzip"), ("gzip, br, zstd", "zstd"), ("*", "gzip")]
)
def test_pages_are_packed_for_who_takes_that(client: TestClient, path: str, sent: str, coding: str) -> None:
    found = client.get(path, headers={"Accept-Encoding": sent})
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert found.headers["content-encoding"] == coding
    assert "content-encoding" not in plain.headers
    assert found.content == plain.content
    assert int(found.headers["content-length"]) < int(plain.headers["content-length"]) / 4
    assert found.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/small", "/json", "/text", "/packed", "/streamed"])
def test_what_gains_nothing_or_is_not_whole_passes_as_it_is(client: TestClient, path: str) -> None:
    found = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert found.status_code == 200
    assert ("content-encoding" in found.headers) is (path == "/packed")
    assert found.content


def test_a_question_for_the_headers_alone_is_answered(client: TestClient) -> None:
    assert client.head("/page", headers={"Accept-Encoding": "gzip"}).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_the_length_of_the_same_answer_varies(client: TestClient, coding: str) -> None:
    made = [client.get("/page", headers={"Accept-Encoding": coding}) for _ in range(30)]
    assert len({len(each.headers["x-padding"]) for each in made}) > 5
    assert len({each.content for each in made}) == 1
