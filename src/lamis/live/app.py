"""The door: who may open a socket, and what becomes of what they say."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from lamis.access import origins
from lamis.access.credentials import Credential, holder
from lamis.access.tickets import use_ticket
from lamis.alerts.filters import require_text_index
from lamis.base.clock import iso_ms, to_ms, utc_now
from lamis.base.errors import Invalid, LamisError, NotAllowed, NotSignedIn, Unavailable
from lamis.base.log import logger
from lamis.base.scope import Actor, Permission
from lamis.incidents import filters as incident_filters
from lamis.live.hub import Hub
from lamis.live.messages import Ping, Subscribe, Unsubscribe, error_message, message, read_request
from lamis.live.outlet import Close, Outlet
from lamis.live.types import Params, View
from lamis.storage.runtime import Runtime

_log = logger("live")
PATH = "/api/v2/ws"
LONGEST_MESSAGE = 64 * 1024


def build_live(runtime: Runtime, *, clock: Callable[[], datetime] = utc_now) -> ASGIApp:
    """The application of the socket; it answers websockets at PATH only."""
    door = Door(runtime, Hub(runtime, clock=clock), clock)
    return Starlette(routes=[WebSocketRoute(PATH, door.open)])


class Door:
    """Opens sockets for those who may, and hears what they ask for."""

    def __init__(self, runtime: Runtime, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._runtime = runtime
        self._hub = hub
        self._clock = clock
        self._has_text_index = runtime.settings.text_index

    async def open(self, websocket: WebSocket) -> None:
        # A close before the accept reaches a browser without its code.
        await websocket.accept()
        try:
            credential, actor = await run_in_threadpool(self._admit, websocket)
        except LamisError as error:
            code = Close.NOT_SIGNED_IN if isinstance(error, NotSignedIn) else Close.NOT_ALLOWED
            await websocket.close(code, error.message)
            return
        outlet = Outlet(websocket, credential, actor)
        self._hub.join(outlet)
        try:
            await outlet.serve(asyncio.create_task(self._hear(websocket, outlet)))
        finally:
            self._hub.leave(outlet)

    def _admit(self, websocket: WebSocket) -> tuple[Credential, Actor]:
        """Who opens the socket. Raises NotSignedIn, and NotAllowed for another site's page."""
        if not origins.is_own(websocket):
            raise NotAllowed("This socket is for LAMIS's own pages.")
        credential, now = self._credential(websocket), self._clock()
        with self._runtime.database.read() as session:
            actor = holder(session, credential, signing=self._runtime.keys.signing, now=now)
        if not actor.may(Permission.SEE_ALERTS):
            raise NotAllowed("You may not see alerts; ask an admin of your tenant.")
        return credential, actor

    def _credential(self, websocket: WebSocket) -> Credential:
        """By ticket, else by token. A cookie opens nothing: any site's page could send it along."""
        sent = websocket.query_params
        if ticket := sent.get("ticket"):
            return use_ticket(self._runtime.one_time, ticket, now=self._clock())
        scheme, _, token = websocket.headers.get("authorization", "").partition(" ")
        token = sent.get("token") or (token.strip() if scheme.lower() == "bearer" else "")
        if not token:
            raise NotSignedIn("Open the socket with a ticket or a token.")
        return Credential("token", token)

    async def _hear(self, websocket: WebSocket, outlet: Outlet) -> None:
        with suppress(WebSocketDisconnect):
            while True:
                said = await websocket.receive()
                if said["type"] == "websocket.disconnect":
                    return
                try:
                    await self._answer(outlet, said.get("text") or "")
                except Invalid as error:
                    outlet.put(error_message(error))
                except Exception:  # noqa: BLE001 -- the socket's boundary: the client comes back by itself
                    _log.exception("a socket failed")
                    outlet.end(Close.FAILED)
                    return

    async def _answer(self, outlet: Outlet, text: str) -> None:
        if len(text) > LONGEST_MESSAGE:
            raise Invalid(f"A message is at most {LONGEST_MESSAGE // 1024} KB.")
        match read_request(text):
            case Ping():
                outlet.put(message("pong", now=iso_ms(to_ms(self._clock())), pace_s=self._hub.pace_s))
            case Unsubscribe(kind):
                self._hub.unsubscribe(outlet, kind)
                outlet.put(message("unsubscribed", subscription=kind))
            case Subscribe() as wanted:
                view = _view(outlet, wanted)
                try:
                    if view.kind in ("alerts", "stats"):
                        require_text_index(view.wanted(now=self._clock()), is_kept=self._has_text_index)
                    await self._hub.subscribe(outlet, wanted, view)
                except (Invalid, Unavailable) as error:
                    outlet.put(error_message(error, subscription=wanted.kind))


def _view(outlet: Outlet, wanted: Subscribe) -> View:
    """The view of a subscription. A browser's tenant switch counts as on its pages: an address beats it."""
    actor, tenants = outlet.actor, dict(wanted.params).get("tenant", ())
    return View(
        kind=wanted.kind,
        scope=actor.full_scope if any(tenants) else actor.scope,
        params=_own(actor, wanted),
        format=wanted.format,
        show_tenant=actor.sees_several and len(tenants) != 1,
    )


def _own(actor: Actor, wanted: Subscribe) -> Params:
    """The parameters of a subscription; `me` is whoever says it, so that two such views differ."""
    # As on pages, `tenant=all` widens the view and is no filter.
    params = tuple(each for each in wanted.params if each != ("tenant", ("all",)))
    if wanted.kind != "incidents":
        return params
    return tuple(incident_filters.own(dict(params), person_id=actor.person_id).items())
