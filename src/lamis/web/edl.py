"""Block lists for firewalls that pull them: the token in the address, or as the password of Basic auth."""

import base64
import binascii
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, Response

from lamis.access.address import client_address
from lamis.access.callers import runtime_of
from lamis.access.encodings import tags_held, takes_gzip
from lamis.base.clock import from_ms, utc_now
from lamis.base.scope import EVERYTHING, Scope
from lamis.blocking import lists, queries_lists
from lamis.blocking.lists import Served
from lamis.storage import scopes
from lamis.storage.runtime import Runtime

router = APIRouter(prefix="/edl")
FAMILIES = {"ipv4.txt": 4, "ipv6.txt": 6}
_METHODS = ["GET", "HEAD"]
_UNKNOWN = "There is no such list; ask who gave you the address for a new one.\n"


@router.api_route("/{name}", methods=_METHODS)
def list_by_password(request: Request, name: str) -> Response:
    """The list of the token sent as the password of Basic auth; the name does not matter.

    A wrong one is 404, as in an address: at a 401 PAN-OS stops enforcing, just because a token was renewed.
    """
    token = _password(request.headers.get("authorization", ""))
    if token is None:
        told = "Send the list's token as the password of Basic auth.\n"
        return PlainTextResponse(told, 401, headers={"WWW-Authenticate": 'Basic realm="block list"'})
    return _answer(request, token, name)


@router.api_route("/{token}/{name}", methods=_METHODS)
def list_by_address(request: Request, token: str, name: str) -> Response:
    """The list of the token in the address."""
    return _answer(request, token, name)


def _answer(request: Request, token: str, name: str) -> Response:
    runtime, family, now = runtime_of(request), FAMILIES.get(name), utc_now()
    with runtime.database.read() as session:
        scopes.bind(session, EVERYTHING)  # whose list it is stands in the token
        opened = queries_lists.list_of_token(session, lists.token_digest(token))
        if opened is None or family is None:
            return PlainTextResponse(_UNKNOWN, 404)
        tenant_key, number = opened
        scope = Scope(frozenset({tenant_key}))
        scopes.bind(session, scope)
        head = queries_lists.text_head(session, scope, tenant_key, family)
        if head is not None and head[0] == number and _holds(request, etag=head[1], changed_ms=head[2]):
            response = Response(status_code=304, headers=_headers(head[1], head[2], now=now))
            served = None
        else:
            served = lists.text_now(session, scope, tenant_key, family)
            response = _whole(request, served, now=now)
    if served is not None and (head is None or head[0] != served.number):
        with runtime.database.write() as writing:
            scopes.bind(writing, scope)
            lists.keep_text(writing, tenant_key, family, served)
    held = number if served is None else served.number
    seen = (client_address(request, runtime.settings), request.headers.get("user-agent", ""))
    response.background = BackgroundTask(_note, runtime, tenant_key, family, seen, held, now)
    return response


def _whole(request: Request, served: Served, *, now: datetime) -> Response:
    """The list, packed where the consumer takes that; 304 where it holds it already."""
    if _holds(request, etag=served.etag, changed_ms=served.changed_ms):
        return Response(status_code=304, headers=_headers(served.etag, served.changed_ms, now=now))
    is_packed = takes_gzip(request.headers)
    headers = _headers(served.etag, served.changed_ms, now=now)
    if is_packed:
        headers |= {"Content-Encoding": "gzip", "ETag": f'"{served.etag}-gzip"'}
    return Response(
        served.packed if is_packed else served.body,
        media_type="text/plain; charset=utf-8",
        headers=headers,
    )


def _headers(etag: str, changed_ms: int, *, now: datetime) -> dict[str, str]:
    headers = {"ETag": f'"{etag}"', "Vary": "Accept-Encoding", "Cache-Control": "private, no-cache"}
    # A time has no parts of a second: it is told once its second is over, else it would mean two versions.
    changed = from_ms(-(-changed_ms // 1_000) * 1_000)
    return headers | ({"Last-Modified": format_datetime(changed, usegmt=True)} if changed <= now else {})


def _holds(request: Request, *, etag: str, changed_ms: int) -> bool:
    """Whether the consumer says that it has this version; an ETag counts before a time."""
    tags = tags_held(request.headers)
    if tags is not None:
        return "*" in tags or any(tag.strip('"').removesuffix("-gzip") == etag for tag in tags)
    since = _date(request.headers.get("if-modified-since"))
    return since is not None and from_ms(changed_ms) <= since


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _password(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _note(
    runtime: Runtime, tenant_key: int, family: int, seen: tuple[str, str], number: int, now: datetime
) -> None:
    """Keep who pulled, after they were answered; the same consumer at most once a minute."""
    address, agent = seen
    scope = Scope(frozenset({tenant_key}))
    with runtime.database.read() as session:
        scopes.bind(session, scope)
        is_news = lists.is_pull_news(
            session, scope, tenant_key, family, address=address, agent=agent, number=number, now=now
        )
    if is_news:
        with runtime.database.write() as session:
            scopes.bind(session, scope)
            lists.note_pull(session, tenant_key, family, address=address, agent=agent, number=number, now=now)
