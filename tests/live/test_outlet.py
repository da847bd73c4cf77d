"""One socket's queue: order, slow readers, the reason of the end."""

import asyncio
from typing import Any

from starlette.websockets import WebSocket

from lamis.access.credentials import Credential
from lamis.base.scope import SYSTEM
from lamis.live.outlet import MOST_WAITING, Close, Outlet


class Line:
    """The server's side of a socket: keeps what is sent, and takes nothing while `is_stuck`."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.is_stuck = False
        self.can_go = asyncio.Event()

    def websocket(self) -> WebSocket:
        return WebSocket({"type": "websocket", "headers": []}, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if self.is_stuck:
            await self.can_go.wait()
        self.sent.append(message)


async def opened(line: Line) -> Outlet:
    websocket = line.websocket()
    await websocket.accept()
    return Outlet(websocket, Credential("token", "t"), SYSTEM)


async def for_ever() -> None:
    await asyncio.Event().wait()


def test_texts_go_out_in_order_until_the_end() -> None:
    async def story() -> list[dict[str, Any]]:
        line = Line()
        outlet = await opened(line)
        serving = asyncio.create_task(outlet.serve(asyncio.create_task(for_ever())))
        for text in "abc":
            outlet.put(text)
        while len(line.sent) < 4:
            await asyncio.sleep(0)
        outlet.end(Close.NOT_ALLOWED)
        outlet.end(Close.FAILED)
        await serving
        return line.sent

    sent = asyncio.run(story())
    assert [message.get("text") for message in sent[1:4]] == ["a", "b", "c"]
    assert sent[4]["code"] == 4003


def test_who_does_not_read_is_dropped_and_holds_nobody() -> None:
    async def story() -> tuple[Close | None, list[dict[str, Any]]]:
        line = Line()
        outlet = await opened(line)
        serving = asyncio.create_task(outlet.serve(asyncio.create_task(for_ever())))
        line.is_stuck = True
        for _ in range(MOST_WAITING):
            outlet.put("x")
        assert outlet.ended is None
        outlet.put("one too many")
        line.is_stuck = False
        await serving
        return outlet.ended, line.sent

    ended, sent = asyncio.run(story())
    assert ended is Close.TOO_SLOW
    assert sent[-1]["code"] == 1013


def test_it_ends_when_the_other_side_is_gone() -> None:
    async def story() -> Close | None:
        outlet = await opened(Line())
        await outlet.serve(asyncio.create_task(asyncio.sleep(0)))
        return outlet.ended

    assert asyncio.run(story()) is None
