"""What endpoints ask for: who calls, and the runtime."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from lamis.access.callers import Caller, caller, runtime_of
from lamis.storage.runtime import Runtime


async def _runtime(request: Request) -> Runtime:
    # Async, because FastAPI would send a plain function to a thread.
    return runtime_of(request)


Signed = Annotated[Caller, Depends(caller)]
Run = Annotated[Runtime, Depends(_runtime)]


def json_bytes(body: bytes, *, status: int = 200) -> Response:
    """An answer that is JSON already; nothing looks at it again."""
    return Response(body, status_code=status, media_type="application/json")
