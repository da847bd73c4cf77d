"""`POST /api/v2/auth/token` and `GET /api/v2/me`."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel

from lamis.access.address import client_address
from lamis.access.tokens import token_for
from lamis.api.dependencies import Run, Signed
from lamis.base.clock import utc_now
from lamis.tenants import queries as tenants

router = APIRouter(tags=["sign-in"])


class Token(BaseModel):
    """An access token; sent as `Authorization: Bearer …`."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 -- the name of a scheme
    expires_in: int


class Seat(BaseModel):
    """A role in a tenant."""

    tenant: str
    tenant_id: str
    role: str


class Me(BaseModel):
    """Who the token or cookie belongs to."""

    id: str
    name: str
    is_operator: bool
    roles: list[Seat]


@router.post("/auth/token")
def ask_token(
    request: Request,
    runtime: Run,
    username: Annotated[str, Form(max_length=1000)],
    password: Annotated[str, Form(max_length=10_000)],
) -> Token:
    """Prove who you are and get a token. Too many wrong tries are answered 429."""
    address = client_address(request, runtime.settings)
    token, life = token_for(runtime, username, password, address=address, now=utc_now())
    return Token(access_token=token, expires_in=int(life.total_seconds()))


@router.get("/me")
def me(caller: Signed, runtime: Run) -> Me:
    """Who calls, and in which tenants."""
    actor = caller.actor
    with runtime.database.read() as session:
        known = {tenant.key: tenant for tenant in tenants.tenants(session, actor.full_scope)}
    seats = [
        Seat(tenant=known[key].name, tenant_id=known[key].id, role=role.value)
        for key, role in actor.roles.items()
        if key in known
    ]
    return Me(id=actor.person_id, name=actor.name, is_operator=actor.is_operator, roles=seats)
