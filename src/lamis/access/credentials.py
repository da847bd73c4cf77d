"""What a socket stands on, so that it can be asked again and again whether that still holds."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session
from starlette.requests import Request

from lamis.access import cookies
from lamis.access.callers import Caller, session_actor
from lamis.access.tokens import token_actor
from lamis.base.errors import NotSignedIn
from lamis.base.scope import Actor
from lamis.people.digests import digest


@dataclass(frozen=True, slots=True)
class Credential:
    """The session of a browser (the digest of its cookie) or an access token."""

    via: Literal["session", "token"]
    value: str = field(repr=False)


def credential_of(request: Request, caller: Caller) -> Credential:
    """What the caller of this request was known by."""
    if caller.via == "session":
        return Credential("session", digest(request.cookies[cookies.SESSION]))
    return Credential("token", request.headers["authorization"].partition(" ")[2].strip())


def holder(session: Session, credential: Credential, *, signing: str, now: datetime) -> Actor:
    """Who stands behind a credential now. Raises NotSignedIn once it ended."""
    if credential.via == "token":
        return token_actor(session, credential.value, signing=signing, now=now)
    found = session_actor(session, credential.value, now=now)
    if found is None:
        raise NotSignedIn("The sign-in has ended; sign in again.")
    return found[1]
