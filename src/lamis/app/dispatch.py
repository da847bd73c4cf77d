"""Which part answers: health, API, socket or pages."""

from starlette.types import ASGIApp, Receive, Scope, Send

HEALTH_PATHS = frozenset({"/healthz", "/readyz"})


class Dispatch:
    """Sends sockets to live, `/api…` to the API, the two health addresses to health, the rest to the pages.

    Each part keeps the whole path and its own way of telling errors.
    """

    def __init__(self, *, health: ASGIApp, api: ASGIApp, web: ASGIApp, live: ASGIApp) -> None:
        self._health = health
        self._api = api
        self._web = web
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket":
            await self._live(scope, receive, send)
        elif path == "/api" or path.startswith("/api/"):
            await self._api(scope, receive, send)
        elif path in HEALTH_PATHS:
            await self._health(scope, receive, send)
        else:
            await self._web(scope, receive, send)
