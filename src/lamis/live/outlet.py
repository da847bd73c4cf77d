"""One open socket: what waits to be sent to it, and why it ends."""

import asyncio
from contextlib import suppress
from enum import IntEnum
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from lamis.access.credentials import Credential
from lamis.base.scope import Actor

MOST_WAITING = 64
CLOSE_S = 1.0


class Close(IntEnum):
    """The codes sockets are closed with."""

    FAILED = 1011
    TOO_SLOW = 1013
    NOT_SIGNED_IN = 4001
    NOT_ALLOWED = 4003


class Outlet:
    """Sends in the order of `put`, waiting for nobody but this reader; made in the loop that serves it."""

    def __init__(self, websocket: WebSocket, credential: Credential, actor: Actor) -> None:
        self.credential = credential
        self.actor = actor
        self._websocket = websocket
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._end: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    def put(self, text: str) -> None:
        """Have `text` sent; a reader that is MOST_WAITING messages behind is dropped."""
        try:
            self._waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.end(Close.TOO_SLOW)

    def end(self, code: Close) -> None:
        """Have the socket closed; the first reason counts."""
        if not self._end.done():
            self._end.set_result(code)

    @property
    def ended(self) -> Close | None:
        return self._end.result() if self._end.done() else None

    async def serve(self, hear: "asyncio.Task[None]") -> None:
        """Send until `end`, or until the other side is gone or `hear`, which listens to it, is done."""
        sending = asyncio.create_task(self._send())
        reasons: set[asyncio.Future[Any]] = {sending, hear, self._end}
        await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, hear):
            task.cancel()
        await asyncio.wait((sending, hear))
        if self._end.done():
            with suppress(Exception):  # whoever is too slow to read is too slow to be told why
                await asyncio.wait_for(self._websocket.close(self._end.result()), CLOSE_S)

    async def _send(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # the other side is gone
            while True:
                await self._websocket.send_text(await self._waiting.get())
