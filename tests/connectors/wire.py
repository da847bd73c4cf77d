"""The network in place of the far side."""

from collections.abc import Callable

import httpx


def playing(handle: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    """A transport that answers with what `handle` says, its body still to be read as from the wire."""

    def handled(request: httpx.Request) -> httpx.Response:
        told = handle(request)
        body = httpx.ByteStream(told.content)
        return httpx.Response(told.status_code, headers=told.headers, stream=body)

    return httpx.MockTransport(handled)
