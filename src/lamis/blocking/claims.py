"""Working for one firewall is one claimed job: take it, hold it while working, record what it showed.

The fence moves with every claim; what a worker records is refused when it moved. So no two workers talk to
one firewall at once, and what one did after losing its claim is not believed: the next reads back anew.
Rows are locked as people lock them, or two would wait for each other: block, receipts, the firewall's work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lamis.base.clock import DAY_MS, to_ms
from lamis.base.errors import Conflict, LamisError
from lamis.base.scope import EVERYTHING
from lamis.blocking import queries_work, settling
from lamis.blocking.lifecycle import CLAIM_MS, GIVE_UP_AFTER, state_after_failure, wait_ms
from lamis.blocking.models import BlockRow, FirewallWork, ReceiptRow
from lamis.blocking.types import ReceiptState
from lamis.storage.due import is_past

_LONGEST_DETAIL = 400
_MOST_STEPS = 12


class ClaimLost(Conflict):
    """Another worker has this firewall now; what was not recorded is done again."""


@dataclass(frozen=True, slots=True)
class ClaimedFirewall:
    """A firewall that one worker holds. `is_reconcile_due`: its list is to be compared, too."""

    connection_key: int
    tenant_key: int
    fence: int
    failures: int
    is_reconcile_due: bool


def claim_firewall(session: Session, *, now: datetime, healthy_only: bool = False) -> ClaimedFirewall | None:
    """Take the firewall that has something due, or the next where another worker was faster."""
    now_ms = to_ms(now)
    while row := queries_work.due_firewall(session, EVERYTHING, now_ms=now_ms, healthy_only=healthy_only):
        taken = session.execute(
            update(FirewallWork)
            .where(
                FirewallWork.connection_key == row.connection_key,
                FirewallWork.fence == row.fence,
                queries_work.is_free(now_ms),
            )
            .values(fence=row.fence + 1, claimed_until_ms=now_ms + CLAIM_MS)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
            return ClaimedFirewall(
                row.connection_key,
                row.tenant_key,
                row.fence + 1,
                row.failures,
                is_past(row.reconcile_ms, now_ms=now_ms, longest_ms=DAY_MS),
            )
    return None


def hold(session: Session, claimed: ClaimedFirewall, *, now: datetime) -> None:
    """Keep the claim for another `CLAIM_MS`; what records does so itself. Raises ClaimLost."""
    _update(session, claimed, {"claimed_until_ms": to_ms(now) + CLAIM_MS})


def let_go(session: Session, claimed: ClaimedFirewall, *, values: Mapping[str, object]) -> None:
    """Record how the work at the firewall ended. Raises ClaimLost."""
    _update(session, claimed, {**values, "claimed_until_ms": 0})


def rest(session: Session, claimed: ClaimedFirewall, error: LamisError, *, now: datetime) -> None:
    """Let go of a firewall that failed; once it answers again it is compared at once. Raises ClaimLost."""
    failures = claimed.failures + 1
    until_ms = to_ms(now) + wait_ms(failures, error)
    values: dict[str, object] = {
        "failures": failures,
        "rests_until_ms": until_ms,
        "reconcile_ms": until_ms,
        "error": error.message[:_LONGEST_DETAIL],
    }
    let_go(session, claimed, values=values)


def note_try(
    session: Session,
    claimed: ClaimedFirewall,
    receipt_keys: Iterable[int],
    *,
    foreign_keys: Iterable[int] = (),
    now: datetime,
) -> None:
    """Before the first call: from now on an entry may be ours, whatever becomes of this worker.

    The entries of `foreign_keys` stand there already, so they are not. Raises ClaimLost.
    """
    for keys, is_foreign in ((list(receipt_keys), False), (list(foreign_keys), True)):
        session.execute(
            update(ReceiptRow)
            .where(ReceiptRow.key.in_(keys), ReceiptRow.connection_key == claimed.connection_key)
            .values(was_tried=True, is_foreign=is_foreign)
            .execution_options(synchronize_session=False)
        )
    hold(session, claimed, now=now)


def record_held(
    session: Session,
    claimed: ClaimedFirewall,
    receipt_key: int,
    *,
    detail: str,
    steps: Iterable[str],
    is_foreign: bool,
    now: datetime,
) -> None:
    """The firewall's own list was read back and shows the entry.

    Where the wish ended meanwhile the receipt stays due: the next turn removes the entry. Raises ClaimLost.
    """
    receipt, block = _locked(session, claimed, receipt_key, now=now)
    if receipt is None or block is None:
        return
    receipt.is_foreign = is_foreign
    _step(receipt, steps, now=now)
    if block.standing is not None:
        receipt.state = ReceiptState.ACTIVE.value
        receipt.due_ms, receipt.tries = None, 0
        receipt.detail = detail[:_LONGEST_DETAIL]
        settling.settle(session, block, receipts=None, now=now)


def record_gone(
    session: Session,
    claimed: ClaimedFirewall,
    receipt_key: int,
    *,
    detail: str,
    steps: Iterable[str],
    now: datetime,
) -> None:
    """The firewall's own list was read back without the entry, or the entry is not ours to remove."""
    receipt, block = _locked(session, claimed, receipt_key, now=now)
    if receipt is None or block is None or block.standing is not None:
        return
    _step(receipt, steps, now=now)
    receipt.state = ReceiptState.LIFTED.value
    receipt.due_ms, receipt.tries = None, 0
    receipt.detail = detail[:_LONGEST_DETAIL]
    settling.settle(session, block, receipts=None, now=now)


def record_failure(
    session: Session, claimed: ClaimedFirewall, receipt_key: int, error: LamisError, *, now: datetime
) -> None:
    """What could not be done, and when it is tried again. A failed wish is left to the next reconcile."""
    receipt, block = _locked(session, claimed, receipt_key, now=now)
    if receipt is None or block is None:
        return
    receipt.tries += 1
    is_wanted = block.standing is not None
    state = state_after_failure(receipt.tries, error, is_wanted=is_wanted)
    receipt.state = state.value
    receipt.at_ms = to_ms(now)
    receipt.detail = error.message[:_LONGEST_DETAIL]
    wait = wait_ms(min(receipt.tries, GIVE_UP_AFTER * 2), error)
    receipt.due_ms = None if state is ReceiptState.FAILED else to_ms(now) + wait
    settling.settle(session, block, receipts=None, now=now)


def _locked(
    session: Session, claimed: ClaimedFirewall, receipt_key: int, *, now: datetime
) -> tuple[ReceiptRow | None, BlockRow | None]:
    """The receipt and its block, with the claim held; the block first, for others settle it, too."""
    found = session.get(ReceiptRow, receipt_key)
    if found is None or found.connection_key != claimed.connection_key:
        return None, None
    block = session.get(BlockRow, found.block_key, with_for_update=True)
    hold(session, claimed, now=now)
    session.refresh(found)
    return found, block


def _step(receipt: ReceiptRow, steps: Iterable[str], *, now: datetime) -> None:
    receipt.at_ms = to_ms(now)
    receipt.steps = [*receipt.steps, *([step, to_ms(now)] for step in steps)][-_MOST_STEPS:]


def _update(session: Session, claimed: ClaimedFirewall, values: Mapping[str, object]) -> None:
    changed = session.execute(
        update(FirewallWork)
        .where(FirewallWork.connection_key == claimed.connection_key, FirewallWork.fence == claimed.fence)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise ClaimLost("Another worker works for this firewall now.")
