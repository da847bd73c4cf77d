"""What the clock does with blocks besides talking to firewalls: expiry, new firewalls, removed ones."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.blocking import queries, queries_work, settling
from lamis.blocking.actions import add_receipt
from lamis.blocking.lifecycle import LONGEST_REST_MS
from lamis.blocking.models import BlockListPull, BlockRow, Drift, FirewallWork, ReceiptRow
from lamis.blocking.planning import Target
from lamis.blocking.types import ReceiptState
from lamis.connections.models import Connection
from lamis.storage.due import latest_ms

MOST_NAMED = 10
EXPIRED = "its time was over"
GONE_FIREWALL = "The firewall was removed from LAMIS; its own list may still hold the entry."


def expire(session: Session, block_id: str, *, tenant_key: int, now: datetime) -> bool:
    """Begin to lift a block whose time is over; False where somebody was faster or extended it."""
    queries.lock_tenant(session, EVERYTHING, tenant_key)
    block = queries.block_row(session, EVERYTHING, block_id)
    if block.standing is None or block.expires_ms is None or block.expires_ms > to_ms(now):
        return False
    settling.begin_lift(session, block, by=SYSTEM.name, by_id=settling.SYSTEM_ID, why=EXPIRED, now=now)
    return True


def take_up(session: Session, connection: Connection, *, now: datetime) -> int:
    """Have a new firewall be compared, and told of what stands. Returns of how many blocks."""
    queries.lock_tenant(session, EVERYTHING, connection.tenant_key)
    if session.get(FirewallWork, connection.key) is None:
        session.add(FirewallWork(connection_key=connection.key, tenant_key=connection.tenant_key))
        session.flush()
    return tell_standing(session, connection, now=now)


def call_back(session: Session, connection: Connection, *, now: datetime) -> None:
    """Have what was put off for longer than it ever is be due now: the clock went back since."""
    far_ms = latest_ms(to_ms(now)) + LONGEST_REST_MS
    session.execute(
        update(ReceiptRow)
        .where(ReceiptRow.connection_key == connection.key, ReceiptRow.due_ms > far_ms)
        .values(due_ms=to_ms(now))
        .execution_options(synchronize_session=False)
    )


def tell_standing(session: Session, connection: Connection, *, now: datetime) -> int:
    """Give a firewall a receipt for each standing block that means all firewalls and that it has none of."""
    missing = queries_work.without_receipt(
        session, EVERYTHING, tenant_key=connection.tenant_key, connection_key=connection.key
    )
    target = Target(connection.key, connection.id, connection.name)
    for block in missing:
        add_receipt(session, SYSTEM, block, target, now=now)
        settling.settle(session, block, receipts=None, now=now)
    return len(missing)


def let_removed_go(session: Session, connection: Connection, *, now: datetime) -> int:
    """Settle the blocks that waited for a firewall that was removed. Returns how many.

    What stands needs it no longer; what was to be lifted there cannot be any more, and says so.
    """
    queries.lock_tenant(session, EVERYTHING, connection.tenant_key)
    settled = 0
    for receipt in queries_work.receipts_at(session, EVERYTHING, connection.key):
        block = session.get(BlockRow, receipt.block_key, with_for_update=True)
        assert block is not None
        if block.standing is not None:
            session.delete(receipt)
        elif receipt.state != ReceiptState.LIFTED.value:
            receipt.state = ReceiptState.LIFTED.value
            receipt.detail = GONE_FIREWALL
            receipt.due_ms = None
        else:
            continue
        session.flush()
        settling.settle(session, block, receipts=None, now=now)
        settled += 1
    return settled


def forget_old(session: Session, *, before_ms: int) -> None:
    """Delete drifts and pulls from before `before_ms`; blocks are kept: they are what happened."""
    session.execute(delete(Drift).where(Drift.at_ms < before_ms))
    session.execute(delete(BlockListPull).where(BlockListPull.pulled_ms < before_ms))


def remember_drift(
    session: Session, connection: Connection, *, kind: str, networks: list[str], now: datetime
) -> None:
    """Keep what a comparison found: single entries by name, a lost table as one line."""
    singles = networks if len(networks) <= MOST_NAMED else []
    lines: list[tuple[str | None, int]] = [(network, 1) for network in singles] or (
        [(None, len(networks))] if networks else []
    )
    for network, n in lines:
        session.add(
            Drift(
                tenant_key=connection.tenant_key,
                connection_key=connection.key,
                at_ms=to_ms(now),
                kind=kind,
                network=network,
                n=n,
            )
        )
