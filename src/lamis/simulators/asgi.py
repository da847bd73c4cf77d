"""What every simulated system's HTTP side does: read a request, answer, wait as long as the client does."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from lamis.simulators.exchange import Reply

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def headers_of(scope: Message) -> dict[str, str]:
    """The headers of a request, their names in lower case; of one sent twice the last counts."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def start_reply(send: Send, reply: Reply) -> None:
    """Send the head of an answer, with the length of the whole."""
    headers = {"content-type": reply.content_type, "content-length": str(len(reply.body)), **reply.headers}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})


async def send_reply(send: Send, reply: Reply) -> None:
    """Send a whole answer."""
    await start_reply(send, reply)
    await send({"type": "http.response.body", "body": reply.body})


async def send_half(send: Send, reply: Reply) -> None:
    """Send the head and half of the body, then break off."""
    await start_reply(send, reply)
    half = reply.body[: len(reply.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})


async def wait(seconds: float, receive: Receive) -> bool:
    """Wait, but no longer than the client does; tells whether the client went away."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
