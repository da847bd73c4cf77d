"""Who waits for an answer has precedence until it is under way, however it ends."""

import sys
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from lamis.app.attended import TURN_S, Attended, take_short_turns
from lamis.storage.precedence import Precedence


class _Counted(Precedence):
    """Tells how many wait."""

    @property
    def asking(self) -> int:
        return len(self._asking)


class _World:
    """A few answers, each of which notes how many waited while it was made."""

    def __init__(self) -> None:
        self.precedence = _Counted()
        self.seen: list[int] = []
        routes = [
            Route("/page", self.page),
            Route("/fails", self.fails),
            Route("/export", self.export),
            WebSocketRoute("/socket", self.socket),
        ]
        self.client = TestClient(Attended(Starlette(routes=routes), self.precedence))

    def note(self) -> None:
        self.seen.append(self.precedence.asking)

    async def page(self, _request: Request) -> Response:
        self.note()
        return PlainTextResponse("page")

    async def fails(self, _request: Request) -> Response:
        self.note()
        raise ValueError("broken")

    async def export(self, _request: Request) -> Response:
        async def parts() -> AsyncIterator[str]:
            for part in "abc":
                self.note()
                yield part

        return StreamingResponse(parts())

    async def socket(self, socket: WebSocket) -> None:
        await socket.accept()
        self.note()
        await socket.close()


@pytest.fixture
def world() -> _World:
    return _World()


def test_a_page_has_precedence_until_it_is_sent(world: _World) -> None:
    assert world.client.get("/page").text == "page"
    assert world.seen == [1]
    assert world.precedence.asking == 0


def test_an_answer_that_fails_keeps_no_precedence(world: _World) -> None:
    with pytest.raises(ValueError, match="broken"):
        world.client.get("/fails")
    assert world.seen == [1]
    assert world.precedence.asking == 0


def test_an_export_has_precedence_up_to_its_first_part_only(world: _World) -> None:
    assert world.client.get("/export").text == "abc"
    assert world.seen == [1, 0, 0]
    assert world.precedence.asking == 0


def test_a_socket_has_none(world: _World) -> None:
    with world.client.websocket_connect("/socket"):
        pass
    assert world.seen == [0]


def test_threads_take_shorter_turns_than_python_gives_them() -> None:
    usual_s = sys.getswitchinterval()
    try:
        take_short_turns()
        assert sys.getswitchinterval() == pytest.approx(TURN_S)
    finally:
        sys.setswitchinterval(usual_s)
