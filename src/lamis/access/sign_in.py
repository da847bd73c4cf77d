"""Proving who somebody is by name and password, throttled, for pages and API alike."""

from datetime import datetime

from lamis.base.errors import NotSignedIn
from lamis.base.log import logger
from lamis.people import sign_ins
from lamis.people.passwords import is_right
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime

_log = logger("access")
WRONG = "The name or the password is wrong."


def check_password(database: Database, name: str, password: str, *, address: str, now: datetime) -> str:
    """The person's id. Raises NotSignedIn, the same for an unknown name, and TooSoon while throttled.

    The hash is computed between two transactions: it takes a tenth of a second, and the store has one
    writer.
    """
    with database.write() as session:
        attempt = sign_ins.begin_try(session, name=name, address=address, now=now)
    if not is_right(password, attempt.password_hash) or attempt.person_id is None:
        _log.warning(
            "sign-in failed", address=address
        )  # never the name: it may be a password typed too early
        raise NotSignedIn(WRONG)
    with database.write() as session:
        sign_ins.forgive(session, attempt)
    return attempt.person_id


def sign_in(runtime: Runtime, name: str, password: str, *, address: str, agent: str, now: datetime) -> str:
    """Check the password and start a session; returns the token for the cookie. Raises as above."""
    person_id = check_password(runtime.database, name, password, address=address, now=now)
    return start_session(runtime, person_id, address=address, agent=agent, now=now)


def start_session(runtime: Runtime, person_id: str, *, address: str, agent: str, now: datetime) -> str:
    """Start a session for somebody who has just proved who they are; returns the token for the cookie."""
    hours = runtime.settings.session_hours
    with runtime.database.write() as session:
        return sign_ins.start_session(session, person_id, address=address, agent=agent, hours=hours, now=now)
