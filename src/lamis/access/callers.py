"""Who calls: the dependency that pages and API share, and the check of every write."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from lamis.access import cookies, csrf
from lamis.access.actors import known_actor
from lamis.access.address import client_address
from lamis.access.tokens import token_actor
from lamis.base.clock import utc_now
from lamis.base.errors import NotAllowed, NotFound, NotSignedIn
from lamis.base.scope import Actor
from lamis.people import queries, sign_ins
from lamis.people.digests import digest
from lamis.people.types import SessionInfo
from lamis.storage import scopes
from lamis.storage.runtime import Runtime
from lamis.tenants import queries as tenant_queries

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is signed in. `session` and `csrf` are set for browsers only."""

    actor: Actor
    via: Literal["session", "token"]
    address: str
    session: SessionInfo | None = None

    @property
    def csrf(self) -> str:
        """What this caller's forms carry."""
        return self.session.csrf if self.session else ""


def runtime_of(request: Request) -> Runtime:
    """The runtime of the application that answers; it lies at `app.state.runtime`."""
    runtime: Runtime = request.app.state.runtime
    return runtime


async def caller(request: Request) -> Caller:
    """FastAPI dependency of the API: who calls, by bearer token, else by session cookie.

    A token comes first: a script that sends one means it. Raises NotSignedIn, and NotAllowed for a
    write with a cookie but without the page's csrf value.
    """
    found = await run_in_threadpool(token_caller, request)
    return await page_caller(request) if found is None else _known(found)


async def page_caller(request: Request) -> Caller:
    """FastAPI dependency of pages: who calls, by session cookie only. Raises like `caller`."""
    found = await run_in_threadpool(cookie_caller, request)
    if found is None:
        raise NotSignedIn("Sign in first.")
    if request.method not in csrf.READING:
        await require_csrf(request, found.csrf)
    return _known(found)


def _known(found: Caller) -> Caller:
    """From here on the store shows this request what its caller may see, and nothing else."""
    scopes.know(found.actor.full_scope)
    return found


async def require_csrf(request: Request, expected: str) -> None:
    """Raise NotAllowed unless the header or the form field carries `expected`."""
    sent = request.headers.get(csrf.HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(csrf.FIELD)
        sent = field if isinstance(field, str) else None
    if not csrf.carries(sent, expected):
        await request.close()
        raise NotAllowed(csrf.STALE)


def token_caller(request: Request) -> Caller | None:
    """Who calls by `Authorization: Bearer`; None without one. Raises NotSignedIn for a wrong token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    runtime = runtime_of(request)
    with runtime.database.read() as session:
        actor = token_actor(session, token.strip(), signing=runtime.keys.signing, now=utc_now())
    return Caller(actor=actor, via="token", address=client_address(request, runtime.settings))


def cookie_caller(request: Request) -> Caller | None:
    """Who calls by session cookie; None for a stranger. Notes the use of the session now and then."""
    cookie = request.cookies.get(cookies.SESSION)
    if not cookie:
        return None
    runtime, now = runtime_of(request), utc_now()
    address = client_address(request, runtime.settings)
    with runtime.database.read() as session:
        found = cookie_actor(session, cookie, now=now)
    if found is None:
        return None
    info, actor = found
    if sign_ins.is_stale(info, now=now):
        hours = runtime.settings.session_hours
        with runtime.database.write() as session:
            sign_ins.touch_session(session, cookie, address=address, hours=hours, now=now)
    return Caller(actor=actor, via="session", address=address, session=info)


def cookie_actor(session: Session, cookie: str, *, now: datetime) -> tuple[SessionInfo, Actor] | None:
    """The living session of a cookie and its person, narrowed to the tenant switched to."""
    return session_actor(session, digest(cookie), now=now)


def session_actor(session: Session, cookie_digest: str, *, now: datetime) -> tuple[SessionInfo, Actor] | None:
    """The same by the digest of the cookie, for those who must not keep the cookie itself."""
    info = queries.session_of(session, cookie_digest, now=now)
    actor = known_actor(session, info.person_id) if info else None
    if info is None or actor is None:
        return None
    return info, _narrowed(session, actor, info.tenant_key)


def narrowed_by(session: Session, caller: Caller, tenant_id: str | None) -> Caller:
    """The caller looking at the tenant that an address names (`?tenant=`): an id, or `all`.

    None keeps the switch of the session. Raises NotFound for a foreign tenant.
    """
    if not tenant_id:
        return caller
    if tenant_id == "all":
        return replace(caller, actor=caller.actor.narrow(None))
    tenant = tenant_queries.tenant_by_id(session, caller.actor.full_scope, tenant_id)
    return replace(caller, actor=caller.actor.narrow(tenant.key))


def _narrowed(session: Session, actor: Actor, tenant_key: int | None) -> Actor:
    """A switch to a tenant that was archived, or that the person lost, shows everything again."""
    if tenant_key is None:
        return actor
    try:
        tenant = tenant_queries.tenant_by_key(session, actor.full_scope, tenant_key)
    except NotFound:
        return actor
    return actor if tenant.is_archived else actor.narrow(tenant_key)
