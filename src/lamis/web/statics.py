"""Static files: those asked for by digest are kept for ever, the others are asked for again."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from lamis.views.render import STATIC


class Statics(StaticFiles):
    """The files of `views/static`, with cache headers."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_digested = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_digested else "no-cache"
        )
        return response
