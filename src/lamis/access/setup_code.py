"""The one-time code that the first-run page asks for where strangers could reach it.

It is printed at the start and only its digest is stored, so that the first stranger to find a new
installation does not become its operator.
"""

import hmac
import secrets
from collections.abc import Callable

from sqlalchemy.orm import Session

from lamis.access import csrf
from lamis.access.address import is_loopback
from lamis.base.settings import Settings
from lamis.people import queries
from lamis.people.digests import digest
from lamis.storage.state import set_state, state

_STATE = "setup_code"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def is_needed(settings: Settings) -> bool:
    """Whether others than this machine reach LAMIS: it listens wider, or stands behind a proxy."""
    return not is_loopback(settings.host) or settings.trusted_proxy is not None


def renew(session: Session, settings: Settings, *, shared: str | None = None) -> str | None:
    """Make and keep a new code, to be printed; None where none is needed or somebody exists already.

    Called in a write transaction at each start; the code of the start before ends. Several processes that
    serve give the secret they have in common as `shared`: then all print the same code.
    """
    if not is_needed(settings) or queries.anybody_exists(session):
        set_state(session, _STATE, None)
        return None
    choose = secrets.choice if shared is None else _draw(shared)
    code = "-".join("".join(choose(_LETTERS) for _ in range(4)) for _ in range(3))
    set_state(session, _STATE, digest(code))
    return code


def is_right(session: Session, settings: Settings, code: str) -> bool:
    """Whether the first person may be made with `code`; any does where none is needed."""
    if not is_needed(settings):
        return True
    kept = state(session, _STATE)
    return kept is not None and csrf.is_same(digest(code.strip().lower()), kept)


def _draw(shared: str) -> Callable[[str], str]:
    """The same letters for the same secret, and nothing about it."""
    drawn = iter(hmac.digest(shared.encode(), _STATE.encode(), "sha256"))
    return lambda letters: letters[next(drawn) % len(letters)]
