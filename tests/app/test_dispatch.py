"""Which part answers which address."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from lamis.app.dispatch import Dispatch


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/", "web"),
        ("/alerts", "web"),
        ("/apiary", "web"),
        ("/healthz/more", "web"),
        ("/api", "api"),
        ("/api/alerts", "api"),
        ("/api/v2/none", "api"),
        ("/healthz", "health"),
        ("/readyz", "health"),
    ],
)
def test_each_address_has_one_part_that_answers(path: str, part: str) -> None:
    parts = {name: PlainTextResponse(name) for name in ("health", "api", "web", "live")}
    assert TestClient(Dispatch(**parts)).get(path).text == part


def test_sockets_go_to_live_and_nowhere_else() -> None:
    async def hello(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("live")
        await websocket.close()

    others = {name: PlainTextResponse(name) for name in ("health", "api", "web")}
    client = TestClient(Dispatch(**others, live=Starlette(routes=[WebSocketRoute("/api/v2/ws", hello)])))
    with client.websocket_connect("/api/v2/ws") as socket:
        assert socket.receive_text() == "live"
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/elsewhere"):
        pass
