"""Static files: those asked for by their digest are kept for ever, the others are asked for again."""

import mimetypes
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from lamis.access.encodings import tags_held, takes_gzip
from lamis.views import assets
from lamis.views.assets import Asset
from lamis.views.render import STATIC

_FOR_EVER = "public, max-age=31536000, immutable"


class Statics(StaticFiles):
    """The files of `views/static`, read once, packed for who takes that, with cache headers."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)
        self._read: dict[str, Asset] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return await super().get_response(path, scope)
        if path not in self._read:
            # Whether there is such a file, inside the folder, is for the framework to say.
            looked_up = await super().get_response(path, scope)
            if looked_up.status_code not in (200, 206, 304, 416):
                return looked_up
            self._read[path] = await run_in_threadpool(assets.read, STATIC, path)
        return _answer(path, self._read[path], scope)


def _answer(path: str, asset: Asset, scope: Scope) -> Response:
    sent = Headers(scope=scope)
    is_packed = asset.packed is not None and takes_gzip(sent)
    etag = f'"{asset.digest}-gzip"' if is_packed else f'"{asset.digest}"'
    # A page of another version may ask for a digest this file does not have: not to be kept by that name.
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v")
    headers = {
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "Cache-Control": _FOR_EVER if asked == [asset.digest] else "no-cache",
    }
    if etag in (tags_held(sent) or ()):
        return Response(status_code=304, headers=headers)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    body = asset.packed if is_packed else asset.body
    return Response(body, media_type=mimetypes.guess_type(path)[0] or "text/plain", headers=headers)
