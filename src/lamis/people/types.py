"""What people, their roles, sign-ins and links look like to those who ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lamis.base.scope import Role

LINK_LIFE = timedelta(days=3)
SESSION_AT_MOST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's role in one tenant."""

    tenant_key: int
    tenant_id: str
    tenant_name: str
    role: Role


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """A person as the people page shows them; `seats` holds only tenants within the asking scope.

    `seen_at` is the last use of a session that still lives; `has_password` is False until the first
    link is used.
    """

    id: str
    name: str
    is_operator: bool
    has_password: bool
    created_at: datetime
    seen_at: datetime | None
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """The only sight of a link's `token`; the store keeps its digest."""

    person_id: str
    name: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One signed-in browser of a person."""

    id: str
    person_id: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    tenant_key: int | None


@dataclass(frozen=True, slots=True)
class Try:
    """A sign-in that has been counted and not yet decided; `password_hash` is None for an unknown name."""

    subjects: tuple[str, ...]
    person_id: str | None
    password_hash: str | None
