"""Signing in and out, and choosing a password by a one-time link."""

from fastapi import APIRouter
from starlette.responses import Response

from lamis.access import cookies
from lamis.access.sign_in import sign_in, start_session
from lamis.access.statuses import status_of, waiting
from lamis.base.errors import Invalid, NotFound, NotSignedIn, TooSoon
from lamis.people import actions, queries, sign_ins
from lamis.people.digests import digest
from lamis.web import paths
from lamis.web.passwords import typed_twice
from lamis.web.visits import Sent, Signed, Stranger, StrangerVisit

router = APIRouter()


@router.get(paths.SIGN_IN)
def sign_in_page(visit: Stranger, next: str = "") -> Response:  # noqa: A002 -- the field's name
    target = paths.local(next)
    if visit.caller:
        return visit.go(target)
    return visit.page("signin/sign_in.html", next=target, name="", error="")


@router.post(paths.SIGN_IN)
def sign_in_sent(visit: Stranger, form: Sent) -> Response:
    target, name = paths.local(form.text("next")), form.text("name")
    try:
        token = sign_in(
            visit.runtime,
            name,
            form.raw("password"),
            address=visit.address,
            agent=visit.agent,
            now=visit.now,
        )
    except (NotSignedIn, TooSoon) as error:
        status = 401 if isinstance(error, NotSignedIn) else status_of(error)
        page = visit.page("signin/sign_in.html", status=status, next=target, name=name, error=error.message)
        page.headers.update(waiting(error))
        return page
    _end_session_before(visit)
    return visit.signed_in(token, target)


@router.post("/sign-out")
def sign_out(visit: Signed) -> Response:
    with visit.write() as session:
        sign_ins.end_session(session, visit.request.cookies[cookies.SESSION], now=visit.now)
    response = visit.go(paths.SIGN_IN, "You are signed out.")
    cookies.clear_cookie(response, visit.request, visit.runtime.settings, name=cookies.SESSION)
    return response


@router.get("/password/{token}")
def password_page(visit: Stranger, token: str) -> Response:
    return visit.page("signin/password.html", name=_owner(visit, token), error="")


@router.post("/password/{token}")
def password_sent(visit: Stranger, token: str, form: Sent) -> Response:
    name = _owner(visit, token)
    try:
        password = typed_twice(form)
        with visit.runtime.database.write() as session:
            person_id = actions.set_password_by_link(session, token, password=password, now=visit.now)
    except Invalid as error:
        return visit.page("signin/password.html", status=422, name=name, error=error.message)
    _end_session_before(visit)
    begun = start_session(visit.runtime, person_id, address=visit.address, agent=visit.agent, now=visit.now)
    return visit.signed_in(begun, paths.OVERVIEW, f"Your password is set; you are signed in as {name}.")


def _owner(visit: StrangerVisit, token: str) -> str:
    with visit.runtime.database.read() as session:
        link = queries.usable_link(session, digest(token), now=visit.now)
        name = queries.name_of(session, link.person_id) if link else None
    if name is None:
        raise NotFound("This link was used already or is too old; ask for a new one.")
    return name


def _end_session_before(visit: StrangerVisit) -> None:
    """A browser has one session: whoever was signed in here before is signed out."""
    if cookie := visit.request.cookies.get(cookies.SESSION):
        with visit.runtime.database.write() as session:
            sign_ins.end_session(session, cookie, now=visit.now)
