"""A server that does nothing but send one message to all its sockets: what the machine itself needs.

It listens as LAMIS does. `POST /say` sends `{"type": "alerts", "alerts": [{"stored_at": now}], …}`.
"""

import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from lamis.base.clock import iso_ms, to_ms, utc_now

SIZE_BYTES = 1000  # about an alert's row


class Bare:
    """All sockets, and the one thing they are told."""

    def __init__(self) -> None:
        self.sockets: set[WebSocket] = set()

    async def open(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self.sockets.add(websocket)
        try:
            while True:
                await websocket.receive_text()
                await websocket.send_text('{"type": "subscribed"}')
        except WebSocketDisconnect:
            self.sockets.discard(websocket)

    async def say(self, request: Request) -> Response:
        stored = iso_ms(to_ms(utc_now()))
        text = json.dumps({"type": "alerts", "alerts": [{"stored_at": stored}], "more": "x" * SIZE_BYTES})
        for websocket in self.sockets:
            await websocket.send_text(text)
        return Response(status_code=202)


def main() -> None:
    bare = Bare()
    routes = [WebSocketRoute("/api/v2/ws", bare.open), Route("/say", bare.say, methods=["POST"])]
    app = Starlette(routes=[*routes, Route("/readyz", lambda request: Response())])
    port = int(sys.argv[1])
    uvicorn.run(
        app, host="127.0.0.1", port=port, log_config=None, lifespan="off",
        ws="websockets-sansio", ws_per_message_deflate=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
