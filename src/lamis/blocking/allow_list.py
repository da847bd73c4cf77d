"""What a tenant never wants blocked: adding a line lifts the blocks that it overlaps."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict
from lamis.base.ids import new_id
from lamis.base.scope import Actor, Permission
from lamis.blocking import queries, queries_lists, settling
from lamis.blocking.models import AllowedRow
from lamis.blocking.networks import overlaps, parse_network, sort_text, text_of
from lamis.blocking.types import Network
from lamis.journal.actions import record, tenant_stream

NOTE_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Allowed:
    """The new line, and how many standing blocks it lifts."""

    id: str
    network: str
    lifted: int


def allow(
    session: Session, actor: Actor, network: Network, *, tenant_key: int, note: str, now: datetime
) -> Allowed:
    """Put a network on the tenant's allow-list; standing blocks that overlap it are lifted.

    Raises Conflict where it is on the list already.
    """
    actor.require(Permission.OVERRIDE_GUARDS, tenant_key)
    queries.lock_tenant(session, actor.full_scope, tenant_key)
    text = text_of(network)
    known = queries_lists.allowed_networks(session, actor.full_scope, tenant_key)
    if any(each == network for each, _ in known):
        raise Conflict(f"{text} is on the allow-list already.")
    row = AllowedRow(
        id=new_id(),
        tenant_key=tenant_key,
        network=text,
        sort=sort_text(network),
        note=" ".join(note.split())[:NOTE_LENGTH],
        added_by=actor.name,
        created_ms=to_ms(now),
    )
    session.add(row)
    hit = [
        block_id
        for block_id, standing in queries_lists.standing_networks(session, actor.full_scope, tenant_key)
        if overlaps(parse_network(standing), network)
    ]
    for block_id in hit:
        block = queries.block_row(session, actor.full_scope, block_id)
        why = f"{text} was put on the allow-list"
        settling.begin_lift(session, block, by=actor.name, by_id=actor.person_id, why=why, now=now)
    _journal(session, actor, row, "allow_list.added", now=now)
    return Allowed(row.id, text, len(hit))


def disallow(session: Session, actor: Actor, allowed_id: str, *, now: datetime) -> str:
    """Take a line off the allow-list; the network it named. Nothing is blocked by that."""
    row = queries_lists.allowed_row(session, actor.full_scope, allowed_id)
    actor.require(Permission.OVERRIDE_GUARDS, row.tenant_key)
    session.delete(row)
    _journal(session, actor, row, "allow_list.removed", now=now)
    return row.network


def _journal(session: Session, actor: Actor, row: AllowedRow, kind: str, *, now: datetime) -> None:
    record(
        session,
        tenant_stream(row.tenant_key),
        kind=kind,
        actor=actor.person_id,
        subject={"allowed": row.id, "address": row.network},
        now=now,
    )
