"""The outermost door: whoever waits for an answer goes before work that nobody waits for."""

import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lamis.storage.precedence import Precedence

TURN_S = 0.001


def take_short_turns() -> None:
    """Have a thread that works on and on let another in after a millisecond; Python's own turn is five.

    Each step of a page gives its turn away, to a collector where one works, and may wait so long for it.
    """
    sys.setswitchinterval(TURN_S)


class Attended:
    """Tells `precedence` of each request until its answer is under way.

    An answer that goes on and on, as an export does, has precedence up to its first part only; a socket has
    none at all.
    """

    def __init__(self, app: ASGIApp, precedence: Precedence) -> None:
        self._app = app
        self._precedence = precedence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = self._precedence.asked()

        async def sent(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body":
                self._precedence.answered(number)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._precedence.answered(number)
