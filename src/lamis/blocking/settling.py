"""How rows of blocks go on: from receipts to the block's state, and the ways a lift begins.

Whoever calls holds the tenant's lock, or the firewall's claim and with it the receipt.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, Scope
from lamis.blocking import lists, queries
from lamis.blocking.lifecycle import state_of
from lamis.blocking.models import BlockRow, FirewallWork, ReceiptRow
from lamis.blocking.types import BlockState, ReceiptState
from lamis.connections.models import Connection
from lamis.journal.actions import record, tenant_stream
from lamis.storage.within import within

_TOLD = {
    BlockState.ACTIVE: "block.active",
    BlockState.PARTLY: "block.partly",
    BlockState.FAILED: "block.failed",
    BlockState.LIFTED: "block.lifted",
}
SYSTEM_ID = "system"


def settle(
    session: Session, block: BlockRow, *, receipts: Sequence[ReceiptRow] | None, now: datetime
) -> BlockState:
    """Take the block's state from its receipts, and journal where it changed to one that people wait for."""
    if receipts is None:
        receipts = queries.receipts_of(session, EVERYTHING, [block.key])
    before = BlockState(block.state)
    after = state_of([ReceiptState(each.state) for each in receipts], is_wanted=block.standing is not None)
    if after is before:
        return after
    block.state = after.value
    block.changed_ms = to_ms(now)
    if after is BlockState.LIFTED:
        block.lifted_ms = to_ms(now)
    if kind := _TOLD.get(after):
        journal(session, block, kind, actor=SYSTEM_ID, now=now)
    return after


def begin_lift(
    session: Session, block: BlockRow, *, by: str, by_id: str, why: str, now: datetime
) -> BlockState:
    """End the wish: its firewalls are due to remove it, the list is without it from now."""
    block.standing = None
    block.lifted_by = by
    block.lift_why = why[:400]
    block.state = BlockState.LIFTING.value
    block.changed_ms = to_ms(now)
    lists.changed(session, block.tenant_key, now=now)
    receipts = queries.receipts_of(session, EVERYTHING, [block.key])
    for receipt in receipts:
        if receipt.state != ReceiptState.LIFTED.value:
            receipt.state = ReceiptState.LIFTING.value
            receipt.due_ms = receipt.at_ms = to_ms(now)
            receipt.tries = 0
            receipt.steps = [*receipt.steps, ["lift requested", to_ms(now)]]
    let_work(session, [each.connection_key for each in receipts])
    journal(session, block, "block.lift_requested", actor=by_id, now=now)
    return settle(session, block, receipts=receipts, now=now)


def try_now(session: Session, block: BlockRow, *, now: datetime) -> None:
    """Have what failed or waits for a later try be tried at once."""
    receipts = queries.receipts_of(session, EVERYTHING, [block.key])
    stuck = (ReceiptState.FAILED.value, ReceiptState.RETRYING.value)
    for receipt in receipts:
        if receipt.state in stuck:
            receipt.state = ReceiptState.RETRYING.value
            receipt.due_ms = to_ms(now)
            receipt.tries = 0
    let_work(session, [each.connection_key for each in receipts])
    settle(session, block, receipts=receipts, now=now)


def let_work(session: Session, connection_keys: Sequence[int]) -> None:
    """A person waits: firewalls that rest after a failure are tried at once."""
    session.execute(
        update(FirewallWork)
        .where(FirewallWork.connection_key.in_(connection_keys))
        .values(rests_until_ms=0)
        .execution_options(synchronize_session=False)
    )


def make_reconcile_due(session: Session, scope: Scope, *, firewall_id: str | None, now: datetime) -> int:
    """Have the firewalls in scope, or one, compared now; returns how many."""
    conditions: list[ColumnElement[bool]] = [
        exists().where(
            Connection.key == FirewallWork.connection_key,
            Connection.is_active,
            Connection.removed_ms.is_(None),
            *([Connection.id == firewall_id] if firewall_id else []),
        ),
        within(scope, FirewallWork.tenant_key),
    ]
    changed = session.execute(
        update(FirewallWork)
        .where(*conditions)
        .values(reconcile_ms=0, rests_until_ms=0)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def journal(session: Session, block: BlockRow, kind: str, *, actor: str, now: datetime) -> None:
    """Tell the tenant's stream of a block."""
    record(
        session,
        tenant_stream(block.tenant_key),
        kind=kind,
        actor=actor,
        subject={"block": block.id, "address": block.network, "state": block.state},
        now=now,
    )
