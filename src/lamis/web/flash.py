"""Messages that survive one redirect, in a signed cookie: nobody else can write on our pages."""

from collections.abc import Iterable

import jwt
from starlette.requests import Request
from starlette.responses import Response

from lamis.access.cookies import clear_cookie, set_cookie
from lamis.storage.runtime import Runtime
from lamis.views.rows import Message, Tone

COOKIE = "lamis_messages"
_AUDIENCE = "lamis-messages"
_LONGEST = 600
_LIFE_S = 300


def leave(response: Response, request: Request, runtime: Runtime, *, messages: Iterable[Message]) -> None:
    """Send messages along with a redirect, for the page it leads to."""
    told = [[message.tone.value, message.text[:_LONGEST]] for message in messages]
    value = jwt.encode({"aud": _AUDIENCE, "told": told}, runtime.keys.signing, algorithm="HS256")
    set_cookie(response, request, runtime.settings, name=COOKIE, value=value, max_age_s=_LIFE_S)


def waiting(request: Request, runtime: Runtime) -> tuple[Message, ...]:
    """The messages that wait for this browser; a cookie that is not ours holds none."""
    value = request.cookies.get(COOKIE)
    if not value:
        return ()
    try:
        claims = jwt.decode(value, runtime.keys.signing, algorithms=["HS256"], audience=_AUDIENCE)
        return tuple(Message(Tone(tone), str(text)) for tone, text in claims["told"])
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
        return ()


def take(response: Response, request: Request, runtime: Runtime) -> None:
    """Forget the messages once a page has shown them."""
    if COOKIE in request.cookies:
        clear_cookie(response, request, runtime.settings, name=COOKIE)
