"""One's own account: the password, and the browsers one is signed in with."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access import cookies
from lamis.access.sign_in import check_password
from lamis.access.statuses import status_of, waiting
from lamis.base.errors import Invalid, LamisError, NotSignedIn, TooSoon
from lamis.people import actions, queries, sign_ins
from lamis.web.passwords import typed_twice
from lamis.web.paths import SIGN_IN
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/account")
# Each browser also names those before it, so the order decides.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser the person is signed in with."""

    id: str
    label: str
    agent: str
    address: str
    seen_at: datetime
    is_own: bool


def browser_label(agent: str) -> str:
    """`Firefox on Linux`, as far as a user agent can be believed."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " on ".join(part for part in (browser or "A browser", system) if part)


@router.get("")
def account_page(visit: Signed) -> Response:
    return _account_page(visit)


@router.post("/password")
def password_sent(visit: Signed, form: Sent) -> Response:
    try:
        _check_old(visit, form.raw("old_password"))
        password = typed_twice(form)
        with visit.write() as session:
            actions.change_own_password(
                session, visit.actor, password=password, keep_session=_own(visit), now=visit.now
            )
    except (Invalid, TooSoon) as error:
        page = _account_page(visit, error=error)
        page.headers.update(waiting(error))
        return page
    return visit.go("/account", "Your password is changed; every other sign-in and token has ended.")


@router.post("/sessions/{session_id}/end")
def session_ended(visit: Signed, session_id: str) -> Response:
    with visit.write() as session:
        sign_ins.revoke_session(session, visit.actor, session_id, now=visit.now)
    if session_id != _own(visit):
        return visit.go("/account", "That browser is signed out.")
    response = visit.go(SIGN_IN, "You are signed out.")
    cookies.clear_cookie(response, visit.request, visit.runtime.settings, name=cookies.SESSION)
    return response


@router.post("/sessions/end-others")
def others_ended(visit: Signed) -> Response:
    with visit.write() as session:
        sign_ins.revoke_others(session, visit.actor, keep=_own(visit), now=visit.now)
    return visit.go("/account", "Every other browser is signed out.")


def _browsers(session: Session, visit: Visit) -> list[Browser]:
    return [
        Browser(
            id=each.id,
            label=browser_label(each.agent),
            agent=each.agent,
            address=each.address,
            seen_at=each.seen_at,
            is_own=each.id == _own(visit),
        )
        for each in queries.sessions_of(session, visit.actor.person_id, now=visit.now)
    ]


def _own(visit: Visit) -> str:
    assert visit.caller.session is not None  # pages take session cookies only
    return visit.caller.session.id


def _check_old(visit: Visit, password: str) -> None:
    """Raises Invalid for a wrong one; counted like a sign-in, for the session may be stolen."""
    try:
        check_password(
            visit.runtime.database,
            visit.actor.name,
            password,
            address=visit.caller.address,
            now=visit.now,
        )
    except NotSignedIn as error:
        raise Invalid("That is not your present password.", field="old_password") from error


def _account_page(visit: Visit, *, error: LamisError | None = None) -> Response:
    wrong_field = (error.field or "password") if isinstance(error, Invalid) else "old_password"
    with visit.read() as session:
        return visit.page(
            session,
            "account/account.html",
            room="",
            status=status_of(error) if error else 200,
            browsers=_browsers(session, visit),
            errors={wrong_field: error.message} if error else {},
        )
