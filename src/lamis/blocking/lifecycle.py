"""How blocks and receipts go on, decided on plain values."""

from collections.abc import Sequence
from datetime import timedelta

from lamis.base.clock import span_ms
from lamis.base.errors import AuthFailed, ConnectorError, LamisError
from lamis.blocking.types import BlockState, ReceiptState

CLAIM_MS = 25_000
UNDO = timedelta(minutes=10)
GIVE_UP_AFTER = 5  # tries of one receipt until it counts as failed; the reconcile tries on
FIRST_WAIT_MS = 1_000
LONGEST_WAIT_MS = 60_000
REFUSED_WAIT_MS = 300_000
LONGEST_REST_MS = 3_600_000  # whatever a firewall asks for
_OPEN = (ReceiptState.WAITING, ReceiptState.RETRYING)


def state_of(receipts: Sequence[ReceiptState], *, is_wanted: bool) -> BlockState:
    """How a block stands over all its firewalls. Without one it is published, and nobody can be read back."""
    if not is_wanted:
        is_done = all(each is ReceiptState.LIFTED for each in receipts)
        return BlockState.LIFTED if is_done else BlockState.LIFTING
    if not receipts:
        return BlockState.APPLYING
    if all(each is ReceiptState.WAITING for each in receipts):
        return BlockState.REQUESTED
    if any(each in _OPEN for each in receipts):
        return BlockState.APPLYING
    held = [each is ReceiptState.ACTIVE for each in receipts]
    if all(held):
        return BlockState.ACTIVE
    return BlockState.PARTLY if any(held) else BlockState.FAILED


def wait_ms(tries: int, error: LamisError) -> int:
    """Milliseconds until the next try after `tries` failed ones."""
    if isinstance(error, ConnectorError) and error.retry_after is not None:
        return min(LONGEST_REST_MS, span_ms(error.retry_after))
    if is_permanent(error):
        return REFUSED_WAIT_MS
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(tries - 1, 10))


def is_permanent(error: LamisError) -> bool:
    """Whether repeating soon is in vain."""
    return not isinstance(error, ConnectorError) or error.permanent or isinstance(error, AuthFailed)


def state_after_failure(tries: int, error: LamisError, *, is_wanted: bool) -> ReceiptState:
    """A lift is never given up: what could not be removed is overdue, not failed."""
    if not is_wanted:
        return ReceiptState.LIFTING
    is_lost = is_permanent(error) or tries >= GIVE_UP_AFTER
    return ReceiptState.FAILED if is_lost else ReceiptState.RETRYING
