"""What people do with blocks: ask, lift, extend. The workers act on the rows; call `alarm("act")` after."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict
from lamis.base.ids import new_id
from lamis.base.scope import Actor, Permission
from lamis.base.settings import Settings
from lamis.blocking import lists, queries, settling
from lamis.blocking.models import BlockRow, FirewallWork, ReceiptRow
from lamis.blocking.networks import sort_text
from lamis.blocking.planning import Plan, Target, Wish, plan_block, tidy_reason
from lamis.blocking.types import BlockState, Guarded, ReceiptState
from lamis.journal.actions import record, tenant_stream

REQUESTED_STEP = "requested"


@dataclass(frozen=True, slots=True)
class Requested:
    """The block that now stands; `is_new` is False where it stood before."""

    block_id: str
    is_new: bool


def request_block(
    session: Session, actor: Actor, wish: Wish, *, tenant_key: int, settings: Settings, now: datetime
) -> Requested:
    """Ask the tenant's firewalls to drop a network; the workers do it. Asking twice is one block.

    Raises Guarded where guards refuse, Conflict where the tenant has neither firewall nor block list,
    Invalid for a missing reason, NotAllowed.
    """
    actor.require(Permission.BLOCK, tenant_key)
    reason = tidy_reason(wish.reason)
    queries.lock_tenant(session, actor.full_scope, tenant_key)
    plan = plan_block(session, actor, wish, tenant_key=tenant_key, settings=settings, now=now)
    if plan.standing_id is not None:
        _ask_again(session, actor, plan.standing_id, reason=reason, now=now)
        return Requested(plan.standing_id, is_new=False)
    _must_be_possible(actor, plan, wish)
    block = _new_block(session, actor, wish, plan, reason=reason, now=now)
    for target in plan.targets:
        add_receipt(session, actor, block, target, now=now)
    settling.let_work(session, [target.key for target in plan.targets])
    settling.settle(session, block, receipts=None, now=now)
    _journal_request(session, actor, block, plan, now=now)
    return Requested(block.id, is_new=True)


def lift_block(session: Session, actor: Actor, block_id: str, *, why: str, now: datetime) -> BlockRow:
    """Let the network pass again; the workers remove it and read back. Lifting twice is lifting once."""
    block = _own(session, actor, block_id)
    if block.standing is not None:
        settling.begin_lift(session, block, by=actor.name, by_id=actor.person_id, why=why, now=now)
    return block


def extend_block(
    session: Session, actor: Actor, block_id: str, *, lasts: timedelta | None, now: datetime
) -> BlockRow:
    """Have a standing block end at another time, counted from now; None until lifted. Raises Conflict."""
    block = _own(session, actor, block_id)
    if block.standing is None:
        raise Conflict(f"{block.network} is not blocked any more; block it anew.")
    block.expires_ms = None if lasts is None else to_ms(now + lasts)
    block.changed_ms = to_ms(now)
    settling.journal(session, block, "block.extended", actor=actor.person_id, now=now)
    return block


def ask_reconcile(session: Session, actor: Actor, *, firewall_id: str | None = None, now: datetime) -> int:
    """Have every firewall in view, or one, compared with what is wanted now. Returns how many."""
    actor.require(Permission.BLOCK, actor.narrowed_to)
    return settling.make_reconcile_due(
        session, actor.scope_of(Permission.BLOCK), firewall_id=firewall_id, now=now
    )


def add_receipt(
    session: Session, actor: Actor, block: BlockRow, target: Target, *, now: datetime
) -> ReceiptRow:
    """Tell one firewall of a block; it is due at once."""
    assert actor.full_scope.holds(block.tenant_key)
    if session.get(FirewallWork, target.key) is None:
        session.add(FirewallWork(connection_key=target.key, tenant_key=block.tenant_key))
        session.flush()
    row = ReceiptRow(
        id=new_id(),
        block_key=block.key,
        tenant_key=block.tenant_key,
        connection_key=target.key,
        state=ReceiptState.WAITING.value,
        due_ms=to_ms(now),
        at_ms=to_ms(now),
        steps=[[REQUESTED_STEP, to_ms(now)]],
    )
    session.add(row)
    session.flush()
    return row


def _must_be_possible(actor: Actor, plan: Plan, wish: Wish) -> None:
    if plan.objections:
        if not wish.override_reason.strip() or not plan.may_be_overridden:
            raise Guarded(plan.objections)
        actor.require(Permission.OVERRIDE_GUARDS, plan.tenant_key)
    if not plan.targets and not plan.is_listed:
        raise Conflict(
            "This tenant has no firewall and no block list: nothing would drop the address."
            " Connect a firewall, or switch the block list on."
        )


def _new_block(
    session: Session, actor: Actor, wish: Wish, plan: Plan, *, reason: str, now: datetime
) -> BlockRow:
    overridden = [each.guard.value for each in plan.objections]
    number = lists.changed(session, plan.tenant_key, now=now)
    block = BlockRow(
        id=new_id(),
        tenant_key=plan.tenant_key,
        network=plan.address,
        sort=sort_text(plan.network),
        standing=f"{plan.tenant_key}:{plan.address}",
        state=BlockState.REQUESTED.value,
        reason=reason,
        notes=[],
        asked_by=actor.person_id,
        asked_by_name=actor.name,
        asked_from=wish.asked_from,
        alert_id=wish.alert_id,
        is_chosen=wish.firewall_ids is not None,
        warnings=[*plan.warnings, *(each.sentence for each in plan.objections)],
        overridden=overridden,
        override_reason=" ".join(wish.override_reason.split())[:1000] if overridden else "",
        list_number=number,
        created_ms=to_ms(now),
        changed_ms=to_ms(now),
        expires_ms=None if wish.lasts is None else to_ms(now + wish.lasts),
    )
    session.add(block)
    session.flush()
    return block


def _ask_again(session: Session, actor: Actor, block_id: str, *, reason: str, now: datetime) -> None:
    """Keep the second reason; what failed before is tried at once."""
    block = queries.block_row(session, actor.full_scope, block_id)
    if reason != block.reason and not any(note.endswith(f": {reason}") for note in block.notes):
        block.notes = [*block.notes, f"{actor.name} asked again: {reason}"][-50:]
        block.changed_ms = to_ms(now)
    settling.try_now(session, block, now=now)


def _journal_request(session: Session, actor: Actor, block: BlockRow, plan: Plan, *, now: datetime) -> None:
    settling.journal(session, block, "block.requested", actor=actor.person_id, now=now)
    if plan.objections:
        subject = {"block": block.id, "address": block.network, "guards": block.overridden}
        record(
            session,
            tenant_stream(block.tenant_key),
            kind="block.guard_overridden",
            actor=actor.person_id,
            subject=subject,
            now=now,
        )


def _own(session: Session, actor: Actor, block_id: str) -> BlockRow:
    known = queries.block_by_id(session, actor.full_scope, block_id)
    actor.require(Permission.BLOCK, known.tenant_key)
    queries.lock_tenant(session, actor.full_scope, known.tenant_key)
    return queries.block_row(session, actor.full_scope, block_id)
