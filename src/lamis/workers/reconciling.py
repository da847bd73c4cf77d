"""Comparing a firewall's own list with what is wanted: what of ours is missing is put back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.errors import AuthFailed, ConnectorError, LamisError, Unreachable
from lamis.blocking import claims, queries_work, upkeep
from lamis.blocking.networks import sorted_networks, text_of
from lamis.blocking.queries_work import DueReceipt
from lamis.blocking.types import Firewall, Network, ReceiptState
from lamis.connections import firewalls
from lamis.connections.models import Connection
from lamis.journal.actions import record, tenant_stream
from lamis.workers.firewall_turn import PUT_BACK, READ_BACK, Turn

MISSING = "missing"
_PART = 50
_MOST_ENDED = 500  # a lost table is a rebooted firewall: it has no old connections either


def reconcile(turn: Turn, firewall: Firewall) -> dict[str, object]:
    """Compare and repair; what is to be kept of it. Raises ConnectorError, ClaimLost."""
    with turn.runtime.database.write() as session:
        upkeep.call_back(session, turn.stored.connection, now=turn.clock())
        upkeep.tell_standing(session, turn.stored.connection, now=turn.clock())
        claims.hold(session, turn.claimed, now=turn.clock())
    turn.work_off(firewall)
    with turn.runtime.database.read() as session:
        wanted = queries_work.wanted_at(session, turn.scope, turn.claimed.connection_key)
    actual = firewall.entries()
    turn.check()
    absent = [due for due in wanted if due.network not in actual]
    lost = [due for due in absent if due.state is ReceiptState.ACTIVE]
    never = [due for due in absent if due.state is ReceiptState.FAILED]
    for due in wanted:
        if due.network in actual and due.state is ReceiptState.FAILED:
            turn.held(firewall, due, steps=(READ_BACK,), is_foreign=not due.may_be_ours)
    put_back = _put_back(turn, firewall, [*lost, *never])
    _tell(turn, [due for due in lost if due in put_back], entries=len(actual), drift=len(lost))
    ours = {due.network for due in wanted}
    return {"wanted": len(ours), "foreign_entries": len(actual - ours)}


def seen(session: Session, connection: Connection, *, error: LamisError | None, now: datetime) -> None:
    """Keep how the firewall fares, for its health."""
    code = None
    if error is not None:
        code = error.code if isinstance(error, ConnectorError) else "unknown"
    told = None if error is None else error.message
    firewalls.firewall_seen(
        session, connection.key, code=code, error=told, changed_ms=connection.changed_ms, now=now
    )


def _put_back(turn: Turn, firewall: Firewall, dues: Sequence[DueReceipt]) -> set[DueReceipt]:
    """Add what is missing and read the whole list again; those it shows now."""
    allowed = turn.guarded(dues)
    if not allowed:
        return set()
    asked: list[DueReceipt] = []
    refused: set[DueReceipt] = set()
    for start in range(0, len(allowed), _PART):
        turn.work_off(firewall)  # a lost table takes long to fill; who asks meanwhile does not wait for it
        turn.check()
        part = _still_wanted(turn, allowed[start : start + _PART])
        turn.note_try(part)
        refused |= _add(turn, firewall, part)
        asked += part
    entries = firewall.entries()
    shown = {due for due in asked if due.network in entries}
    for due in asked[:_MOST_ENDED]:
        turn.check()
        if due in shown:
            turn.held(firewall, due, steps=(PUT_BACK, READ_BACK), is_foreign=False)
        elif due not in refused:
            turn.failed(due, turn.not_shown(due))
    return shown


def _still_wanted(turn: Turn, part: Sequence[DueReceipt]) -> list[DueReceipt]:
    with turn.runtime.database.read() as session:
        keys = queries_work.wanted_among(session, turn.scope, [due.key for due in part])
    return [due for due in part if due.key in keys]


def _add(turn: Turn, firewall: Firewall, part: Sequence[DueReceipt]) -> set[DueReceipt]:
    """Add many at once; where one of them is refused, one by one: it must not keep back the others.

    Returns those that were refused.
    """
    try:
        firewall.add_many([due.network for due in part])
    except (Unreachable, AuthFailed):
        raise
    except ConnectorError:
        return turn.add_each(firewall, part)
    return set()


def _tell(turn: Turn, repaired: Sequence[DueReceipt], *, entries: int, drift: int) -> None:
    now, connection = turn.clock(), turn.stored.connection
    networks: list[Network] = sorted_networks(due.network for due in repaired)
    with turn.runtime.database.write() as session:
        claims.hold(session, turn.claimed, now=now)
        texts = [text_of(network) for network in networks]
        upkeep.remember_drift(session, connection, kind=MISSING, networks=texts, now=now)
        firewalls.firewall_compared(session, connection.key, entries=entries, drift=drift, now=now)
        if texts:
            record(
                session,
                tenant_stream(connection.tenant_key),
                kind="block.drift",
                actor="system",
                subject={"firewall": connection.id, "missing": len(texts)},
                now=now,
            )
