"""One visit of a page: who comes, what the endpoint needs, and how it answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lamis.access import cookies, csrf
from lamis.access.address import client_address
from lamis.access.callers import Caller, cookie_caller, narrowed_by, page_caller, require_csrf, runtime_of
from lamis.base.clock import utc_now
from lamis.base.scope import Actor
from lamis.storage.engine import ReadSession
from lamis.storage.runtime import Runtime
from lamis.views.render import render
from lamis.views.rows import Banner, Message, Tone
from lamis.web import first_run, flash
from lamis.web.forms import Form, sent_form
from lamis.web.frame import Badges, bare_frame, frame_of

_SETTLED = "is_first_run_over"
# A script that shows an answer in a dialog says so; the answer says whether it did as asked.
PART = "X-Part"


class Elsewhere(Exception):
    """The page is not for now: the browser is led to `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person's visit. Pages read with `read()`, forms write with `write()`."""

    request: Request
    runtime: Runtime
    caller: Caller
    now: datetime

    @property
    def actor(self) -> Actor:
        return self.caller.actor

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        with self.runtime.database.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction; its end is the commit."""
        with self.runtime.database.write() as session:
            yield session

    def narrowed(self, session: Session) -> "Visit":
        """This visit looking at the tenant of `?tenant=` where the address names one."""
        tenant_id = self.request.query_params.get("tenant")
        return replace(self, caller=narrowed_by(session, self.caller, tenant_id))

    def page(
        self,
        session: Session,
        template: str,
        *,
        room: str,
        status: int = 200,
        messages: tuple[Message, ...] = (),
        banners: tuple[Banner, ...] = (),
        refresh_s: int | None = None,
        is_live: bool = False,
        search: str = "",
        badges: Badges | None = None,
        **context: Any,
    ) -> Response:
        """A page in the frame; it shows, and so takes, the messages that waited.

        `is_live` has it told of new alerts from what `session` sees on. `badges` are counted by the frame
        where the page does not know them anyway.
        """
        frame = frame_of(
            session,
            self.request,
            self.runtime,
            caller=self.caller,
            now=self.now,
            room=room,
            messages=messages,
            banners=banners,
            refresh_s=refresh_s,
            is_live=is_live,
            search=search,
            badges=badges,
        )
        response = HTMLResponse(render(template, frame=frame, **context), status_code=status)
        flash.take(response, self.request, self.runtime)
        return response

    @property
    def wants_part(self) -> bool:
        """Whether a dialog of an open page asks, which needs no frame."""
        return PART in self.request.headers

    def part(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """What a dialog shows; it takes the messages that waited, as a page does."""
        frame = bare_frame(self.request, self.runtime, csrf=self.caller.csrf, now=self.now)
        made = render(template, frame=frame, **context)
        response = HTMLResponse(made, status_code=status, headers={PART: "1"})
        flash.take(response, self.request, self.runtime)
        return response

    def go(self, url: str, said: str = "", *, tone: Tone = Tone.DONE) -> Response:
        """Lead to `url` (303) with a message that the next page shows."""
        return _go(self.request, self.runtime, url, said, tone=tone)


@dataclass(frozen=True, slots=True)
class StrangerVisit:
    """A visit to a page that needs no sign-in; `caller` is there when somebody is signed in anyway."""

    request: Request
    runtime: Runtime
    caller: Caller | None
    now: datetime
    visit: str

    @property
    def address(self) -> str:
        return client_address(self.request, self.runtime.settings)

    @property
    def agent(self) -> str:
        return self.request.headers.get("user-agent", "")

    def page(
        self, template: str, *, status: int = 200, messages: tuple[Message, ...] = (), **context: Any
    ) -> Response:
        """A page in the bare frame, whose forms carry the visit's own csrf value."""
        token = csrf.visit_csrf(self.visit, signing=self.runtime.keys.signing)
        frame = bare_frame(self.request, self.runtime, csrf=token, now=self.now, messages=messages)
        response = HTMLResponse(render(template, frame=frame, **context), status_code=status)
        if self.request.cookies.get(cookies.VISIT) != self.visit:
            settings = self.runtime.settings
            cookies.set_cookie(response, self.request, settings, name=cookies.VISIT, value=self.visit)
        flash.take(response, self.request, self.runtime)
        return response

    def go(self, url: str, said: str = "", *, tone: Tone = Tone.DONE) -> Response:
        """Lead to `url` (303) with a message that the next page shows."""
        return _go(self.request, self.runtime, url, said, tone=tone)

    def signed_in(self, token: str, url: str, said: str = "") -> Response:
        """Lead to `url` with the cookie of a session that has just begun."""
        response = self.go(url, said)
        settings = self.runtime.settings
        age_s = cookies.SESSION_AGE_S
        cookies.set_cookie(
            response, self.request, settings, name=cookies.SESSION, value=token, max_age_s=age_s
        )
        cookies.clear_cookie(response, self.request, settings, name=cookies.VISIT)
        return response


async def visit(request: Request, caller: Annotated[Caller, Depends(page_caller)]) -> Visit:
    """FastAPI dependency of every page that needs a sign-in."""
    runtime = runtime_of(request)
    found = Visit(request=request, runtime=runtime, caller=caller, now=utc_now())
    is_first_run = caller.actor.is_operator and not getattr(request.app.state, _SETTLED, False)
    if is_first_run and await run_in_threadpool(_leads_away, found):
        raise Elsewhere(first_run.SOURCE_STEP)
    return found


async def stranger_visit(request: Request) -> StrangerVisit:
    """FastAPI dependency of the pages before sign-in; a form must come from a page of the same visit."""
    runtime = runtime_of(request)
    kept = request.cookies.get(cookies.VISIT)
    if request.method not in csrf.READING:
        await require_csrf(request, csrf.visit_csrf(kept or "", signing=runtime.keys.signing))
    return StrangerVisit(
        request=request,
        runtime=runtime,
        caller=await run_in_threadpool(cookie_caller, request),
        now=utc_now(),
        visit=kept or csrf.new_visit(),
    )


def _leads_away(found: Visit) -> bool:
    with found.read() as session:
        if first_run.is_source_settled(session):
            setattr(found.request.app.state, _SETTLED, True)  # it never begins again: no page asks once more
            return False
        return first_run.leads_away(session, found.request, now=found.now)


def _go(request: Request, runtime: Runtime, url: str, said: str, *, tone: Tone) -> Response:
    response = RedirectResponse(url, 303)
    if said:
        flash.leave(response, request, runtime, messages=[Message(tone, said)])
    return response


Signed = Annotated[Visit, Depends(visit)]
Stranger = Annotated[StrangerVisit, Depends(stranger_visit)]
Sent = Annotated[Form, Depends(sent_form)]
