"""The first run: nothing else before the first person; then the first source, which may wait."""

from datetime import datetime

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lamis.base.scope import EVERYTHING
from lamis.connections import queries as connection_queries
from lamis.people import queries
from lamis.storage.runtime import Runtime
from lamis.storage.state import set_state, state

PERSON_STEP = "/setup"
SOURCE_STEP = "/setup/source"
_SOURCE_STATE = "first_source"
_DUE = "due"
_BEFORE_PERSON = ("/static/", PERSON_STEP)
# What an operator may open before the first source.
_BEFORE_SOURCE = ("/setup", "/sources", "/firewalls", "/people", "/tenants", "/account")


class PersonFirst:
    """Leads every address to the set-up page until somebody exists; after that it does nothing."""

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime
        self._is_done = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_done:
            self._is_done = await run_in_threadpool(self._somebody_exists)
            path = scope["path"]
            if not self._is_done and not path.startswith(_BEFORE_PERSON):
                await RedirectResponse(PERSON_STEP, 303)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _somebody_exists(self) -> bool:
        with self._runtime.database.read() as session:
            return queries.anybody_exists(session)


def ask_for_source(session: Session) -> None:
    """The first person was made on the set-up page: the first source comes next."""
    set_state(session, _SOURCE_STATE, _DUE)


def source_done(session: Session) -> None:
    """The first source is there, or waits: the overview opens."""
    set_state(session, _SOURCE_STATE, None)


def is_source_settled(session: Session) -> bool:
    """Whether the step of the first source is over for good."""
    return state(session, _SOURCE_STATE) != _DUE


def is_source_due(session: Session, *, now: datetime) -> bool:
    """Whether the step of the first source is still to be done: nobody put it off or ever made one."""
    if is_source_settled(session):
        return False
    return not connection_queries.sources(session, EVERYTHING, now=now, with_removed=True)


def leads_away(session: Session, request: Request, *, now: datetime) -> bool:
    """Whether an operator who opens this page is led to the source step instead."""
    if request.method not in ("GET", "HEAD") or request.url.path.startswith(_BEFORE_SOURCE):
        return False
    return is_source_due(session, now=now)
