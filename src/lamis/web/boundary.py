"""The request boundary of the pages: the one place that catches whatever nobody expected."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lamis.web.errors import broken_page


class Boundary:
    """Answers an unexpected error with a page, unless the answer has begun already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if has_begun:
                raise
            await broken_page(Request(scope))(scope, receive, send)
