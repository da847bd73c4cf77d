"""Access tokens of the API: signed, short-lived, ended by a change of the password or the person."""

from datetime import datetime, timedelta

import jwt
from sqlalchemy.orm import Session

from lamis.access.actors import known_actor
from lamis.access.sign_in import check_password
from lamis.base.errors import NotSignedIn
from lamis.base.scope import Actor
from lamis.people import queries
from lamis.storage.runtime import Runtime

_ALGORITHM = "HS256"
_AUDIENCE = "lamis-api"
_ENDED = "The access token is wrong or has ended; ask for a new one at /api/v2/auth/token."


def token_for(
    runtime: Runtime, name: str, password: str, *, address: str, now: datetime
) -> tuple[str, timedelta]:
    """A token and how long it lives. Raises NotSignedIn or TooSoon like a sign-in."""
    person_id = check_password(runtime.database, name, password, address=address, now=now)
    with runtime.database.read() as session:
        epoch = queries.token_epoch(session, person_id)
    if epoch is None:
        raise NotSignedIn(_ENDED)
    return make_token(runtime, person_id, epoch=epoch, now=now)


def make_token(runtime: Runtime, person_id: str, *, epoch: int, now: datetime) -> tuple[str, timedelta]:
    """Sign a token for a person whose tokens carry `epoch`."""
    life = timedelta(hours=runtime.settings.token_hours)
    claims = {"sub": person_id, "epoch": epoch, "aud": _AUDIENCE, "iat": now, "exp": now + life}
    return jwt.encode(claims, runtime.keys.signing, algorithm=_ALGORITHM), life


def token_actor(session: Session, token: str, *, signing: str, now: datetime) -> Actor:
    """Who holds the token. Raises NotSignedIn for one that is wrong, old, or ended with its person."""
    try:
        claims = jwt.decode(
            token,
            signing,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            # `now` comes from the door; the library would read the clock itself.
            options={"require": ["sub", "exp", "epoch"], "verify_exp": False, "verify_iat": False},
        )
        is_over = float(claims["exp"]) <= now.timestamp()
    except (jwt.InvalidTokenError, TypeError, ValueError) as error:
        raise NotSignedIn(_ENDED) from error
    person_id = str(claims["sub"])
    if is_over or queries.token_epoch(session, person_id) != claims["epoch"]:
        raise NotSignedIn(_ENDED)
    actor = known_actor(session, person_id)
    if actor is None:
        raise NotSignedIn(_ENDED)
    return actor
