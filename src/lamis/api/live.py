"""`POST /api/v2/ws/ticket`, and what a page asks that has no socket."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from lamis.access.credentials import credential_of
from lamis.access.tickets import LIFE, give_ticket
from lamis.alerts.queries_news import news
from lamis.api.alerts import wanted_by
from lamis.api.dependencies import Run, Signed
from lamis.base.clock import utc_now
from lamis.journal.positions import position_of, position_text
from lamis.journal.queries import heads, is_whole

router = APIRouter(tags=["live"])


class Ticket(BaseModel):
    """Opens `/api/v2/ws?ticket=…` once, within `expires_in` seconds."""

    ticket: str
    expires_in: int


class Changes(BaseModel):
    """How many alerts came after `after`. `is_whole` is false where nobody can tell: load the list again."""

    after: str
    count: int
    is_whole: bool


@router.post("/ws/ticket")
def ask_ticket(request: Request, caller: Signed, runtime: Run) -> Ticket:
    """A single-use ticket for the socket; it ends with the sign-in or token that asked for it."""
    ticket = give_ticket(runtime.one_time, credential_of(request, caller), now=utc_now())
    return Ticket(ticket=ticket, expires_in=int(LIFE.total_seconds()))


@router.get("/alerts/changes")
def changes(
    request: Request,
    caller: Signed,
    runtime: Run,
    after: Annotated[str | None, Query(description="Of a page, a message, or the answer before.")] = None,
) -> Changes:
    """How many alerts that match were stored after `after` (at most 10,000 are counted)."""
    wanted, signing = wanted_by(request, now=utc_now(), own=None), runtime.keys.signing
    # As on pages, a tenant that the address names beats the tenant switched to, and `all` is none.
    scope = caller.actor.full_scope if wanted.tenant_ids else caller.actor.scope
    if wanted.tenant_ids == {"all"}:
        wanted = replace(wanted, tenant_ids=frozenset())
    since = None if after is None else position_of(after, signing=signing)
    with runtime.database.read() as session:
        ends = heads(session, scope)
        told = position_text(ends, signing=signing)
        if since is None:
            return Changes(after=told, count=0, is_whole=True)
        moved = {key: since.get(key, 0) for key, last in ends.items() if last > since.get(key, 0)}
        found = news(session, scope, wanted, moved, most=0)
        return Changes(after=told, count=found.count, is_whole=is_whole(session, scope, since, ends))
