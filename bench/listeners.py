"""Very many sockets in one process: as little client as will do, so that the server is what is measured."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_OPEN_AT_ONCE = 50
_PATIENCE_S = 60


@dataclass(slots=True)
class Listener(asyncio.Protocol):
    """One socket: subscribes once it is open, and hands on each message with the time it came."""

    path: str
    says: str
    heard: Callable[[dict[str, Any], float], None]
    is_subscribed: asyncio.Event = field(default_factory=asyncio.Event)
    _bytes: bytearray = field(default_factory=bytearray)
    _is_open: bool = False
    _transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        at = time.time()
        self._bytes += data
        if not self._is_open and b"\r\n\r\n" in self._bytes:
            del self._bytes[: self._bytes.index(b"\r\n\r\n") + 4]
            self._is_open = True
            self._send(self.says)
        while self._is_open and (message := self._message()) is not None:
            if message.get("type") == "subscribed":
                self.is_subscribed.set()
            self.heard(message, at)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _send(self, text: str) -> None:
        payload = text.encode()
        assert self._transport is not None
        # Text, masked by zeros: the mask hides nothing here.
        self._transport.write(b"\x81\xfe" + len(payload).to_bytes(2) + bytes(4) + payload)

    def _message(self) -> dict[str, Any] | None:
        """The next whole frame as JSON; a frame that is no text counts as an empty message."""
        waiting = self._bytes
        if len(waiting) < 2:
            return None
        length, start = waiting[1] & 0x7F, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(waiting[2:start])
        if len(waiting) < start + length:
            return None
        is_text, payload = waiting[0] & 0x0F == 1, bytes(waiting[start : start + length])
        del waiting[: start + length]
        return json.loads(payload) if is_text else {}


async def listeners(
    port: int, path: str, *, count: int, says: str, heard: Callable[[dict[str, Any], float], None]
) -> list[Listener]:
    """So many subscribed sockets."""
    loop, made = asyncio.get_running_loop(), []
    async with asyncio.timeout(_PATIENCE_S):
        while len(made) < count:
            some = [Listener(path, says, heard) for _ in range(min(_OPEN_AT_ONCE, count - len(made)))]
            for each in some:
                await loop.create_connection(lambda each=each: each, "127.0.0.1", port)
            for each in some:
                await each.is_subscribed.wait()
            made += some
    return made
