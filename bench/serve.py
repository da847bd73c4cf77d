"""`lamis up` with one address more: an authenticated endpoint of the API that does nothing.

It goes the way of every other address of the API: the same doors, envelope, caller and answer.
"""

from dataclasses import replace

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lamis.api.dependencies import Signed, json_bytes
from lamis.api.envelope import Envelope
from lamis.api.problems import tell_problems
from lamis.app.attended import Attended
from lamis.app.compose import compose
from lamis.app.packing import Packing
from lamis.app.serve import run
from lamis.app.server import listen
from lamis.base.log import set_up_logging
from lamis.base.settings import load_settings
from lamis.storage.runtime import Runtime

EMPTY = "/api/v2/nothing"


def nothing(caller: Signed) -> Response:
    return json_bytes(b"{}")


class WithNothing:
    """The application with the empty endpoint in front."""

    def __init__(self, inner: ASGIApp, runtime: Runtime) -> None:
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        app.state.runtime = runtime
        tell_problems(app)
        app.get(EMPTY)(nothing)
        self._nothing = Attended(Packing(Envelope(app)), runtime.database.precedence)
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = self._nothing if scope.get("path") == EMPTY else self._inner
        await chosen(scope, receive, send)


def main() -> None:
    settings = load_settings()
    set_up_logging(settings.log_level)
    app = compose(settings)
    listener = listen(settings.host, settings.port)
    run(replace(app, asgi=WithNothing(app.asgi, app.runtime)), listener, announce=lambda: None)


if __name__ == "__main__":
    main()
