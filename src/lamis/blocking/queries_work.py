"""For workers: what is due at which firewall, and what each firewall should hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from lamis.base.clock import DAY_MS
from lamis.base.scope import Scope
from lamis.blocking.lifecycle import CLAIM_MS, LONGEST_REST_MS
from lamis.blocking.models import BlockRow, Drift, FirewallWork, ReceiptRow
from lamis.blocking.networks import parse_network
from lamis.blocking.types import STANDING, Network, ReceiptState
from lamis.connections.models import Connection, FirewallPart
from lamis.storage.due import has_come
from lamis.storage.within import within

_STANDING = [state.value for state in STANDING]


@dataclass(frozen=True, slots=True)
class DueReceipt:
    """A receipt to be worked on; `is_wanted` says whether the firewall should hold the network.

    `is_ours`: another receipt of ours put the same entry in. `heirs`: other receipts that want it.
    """

    key: int
    network: Network
    is_wanted: bool
    state: ReceiptState
    is_foreign: bool
    was_tried: bool
    overridden: tuple[str, ...]
    asked_from: str | None
    is_ours: bool = False
    heirs: tuple[int, ...] = ()

    @property
    def may_be_ours(self) -> bool:
        """Whether LAMIS asked for the entry, and did not find it there."""
        return self.was_tried and not self.is_foreign


def due_firewall(
    session: Session, scope: Scope, *, now_ms: int, healthy_only: bool = False
) -> FirewallWork | None:
    """The firewall with something due that nobody holds: well ones first, blocks before reconciles.

    One that rests after a failure is due as soon as a test, or an edit, found it well.
    """
    has_receipt = exists().where(
        ReceiptRow.connection_key == FirewallWork.connection_key, ReceiptRow.due_ms <= now_ms
    )
    is_due = or_(
        and_(has_receipt, has_come(FirewallWork.rests_until_ms, now_ms=now_ms, longest_ms=LONGEST_REST_MS)),
        has_come(FirewallWork.reconcile_ms, now_ms=now_ms, longest_ms=DAY_MS),
        and_(FirewallWork.failures > 0, Connection.error_code.is_(None)),
    )
    query = (
        select(FirewallWork)
        .join(Connection, Connection.key == FirewallWork.connection_key)
        .where(
            Connection.is_active,
            Connection.removed_ms.is_(None),
            is_free(now_ms),
            is_due,
        )
        .order_by(FirewallWork.failures, ~has_receipt, FirewallWork.reconcile_ms, FirewallWork.connection_key)
        .limit(1)
    )
    if healthy_only:
        query = query.where(FirewallWork.failures == 0)
    query = query.where(within(scope, FirewallWork.tenant_key))
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def is_free(now_ms: int) -> ColumnElement[bool]:
    """That nobody holds a firewall."""
    return has_come(FirewallWork.claimed_until_ms, now_ms=now_ms, longest_ms=CLAIM_MS)


def due_receipts(
    session: Session, scope: Scope, connection_key: int, *, now_ms: int, limit: int
) -> list[DueReceipt]:
    """The longest due receipts of one firewall; lifts and blocks in the order they were asked."""
    query = (
        _of(scope, connection_key)
        .where(ReceiptRow.due_ms <= now_ms)
        .order_by(ReceiptRow.due_ms, ReceiptRow.key)
        .limit(limit)
    )
    found = session.execute(query).all()
    beside = _beside(session, scope, connection_key, {block.network for _, block in found})
    return [_due(receipt, block, beside.get(block.network, [])) for receipt, block in found]


def wanted_among(session: Session, scope: Scope, receipt_keys: Sequence[int]) -> set[int]:
    """Which of these receipts belong to a block that still stands."""
    query = (
        select(ReceiptRow.key)
        .join(BlockRow, BlockRow.key == ReceiptRow.block_key)
        .where(ReceiptRow.key.in_(receipt_keys), BlockRow.standing.is_not(None))
    )
    return set(session.scalars(query.where(within(scope, ReceiptRow.tenant_key))))


def wanted_at(session: Session, scope: Scope, connection_key: int) -> list[DueReceipt]:
    """What one firewall should hold, whether it was told or not."""
    query = (
        select(
            BlockRow.network,
            BlockRow.overridden,
            ReceiptRow.key,
            ReceiptRow.state,
            ReceiptRow.is_foreign,
            ReceiptRow.was_tried,
        )
        .join(BlockRow, BlockRow.key == ReceiptRow.block_key)
        .where(ReceiptRow.connection_key == connection_key, BlockRow.state.in_(_STANDING))
        .order_by(ReceiptRow.key)
    )
    query = query.where(within(scope, ReceiptRow.tenant_key))
    return [
        DueReceipt(
            key=key,
            network=parse_network(network),
            is_wanted=True,
            state=ReceiptState(state),
            is_foreign=is_foreign,
            was_tried=was_tried,
            overridden=tuple(overridden),
            asked_from=None,
        )
        for network, overridden, key, state, is_foreign, was_tried in session.execute(query)
    ]


def _of(scope: Scope, connection_key: int) -> Select[ReceiptRow, BlockRow]:
    query = (
        select(ReceiptRow, BlockRow)
        .join(BlockRow, BlockRow.key == ReceiptRow.block_key)
        .where(ReceiptRow.connection_key == connection_key)
    )
    return query.where(within(scope, ReceiptRow.tenant_key))


def _beside(
    session: Session, scope: Scope, connection_key: int, networks: set[str]
) -> dict[str, list[tuple[ReceiptRow, bool]]]:
    """(receipt, whether its block stands) of everything of ours at a firewall, by network."""
    query = (
        _of(scope, connection_key)
        .where(BlockRow.network.in_(networks), ReceiptRow.state != ReceiptState.LIFTED.value)
        .order_by(ReceiptRow.key)
    )
    found: dict[str, list[tuple[ReceiptRow, bool]]] = {}
    for receipt, block in session.execute(query):
        found.setdefault(block.network, []).append((receipt, block.standing is not None))
    return found


def _due(receipt: ReceiptRow, block: BlockRow, beside: Sequence[tuple[ReceiptRow, bool]]) -> DueReceipt:
    others = [(each, stands) for each, stands in beside if each.key != receipt.key]
    return DueReceipt(
        key=receipt.key,
        network=parse_network(block.network),
        is_wanted=block.standing is not None,
        state=ReceiptState(receipt.state),
        is_foreign=receipt.is_foreign,
        was_tried=receipt.was_tried,
        overridden=tuple(block.overridden),
        asked_from=block.asked_from,
        is_ours=any(each.was_tried and not each.is_foreign for each, _ in others),
        heirs=tuple(each.key for each, stands in others if stands),
    )


def without_receipt(
    session: Session, scope: Scope, *, tenant_key: int, connection_key: int
) -> list[BlockRow]:
    """Standing blocks of a tenant that mean every firewall and that this one was not told of."""
    has_receipt = exists().where(
        ReceiptRow.block_key == BlockRow.key, ReceiptRow.connection_key == connection_key
    )
    query = (
        select(BlockRow)
        .where(
            BlockRow.tenant_key == tenant_key,
            BlockRow.state.in_(_STANDING),
            ~BlockRow.is_chosen,
            ~has_receipt,
        )
        .order_by(BlockRow.key)
    )
    return list(session.scalars(query)) if scope.holds(tenant_key) else []


def expired(session: Session, scope: Scope, *, now_ms: int, limit: int) -> list[tuple[int, str]]:
    """(tenant's key, id) of standing blocks whose time is over, the longest over first."""
    query = (
        select(BlockRow.tenant_key, BlockRow.id)
        .where(BlockRow.expires_ms <= now_ms, BlockRow.state.in_(_STANDING))
        .order_by(BlockRow.expires_ms, BlockRow.key)
        .limit(limit)
    )
    query = query.where(within(scope, BlockRow.tenant_key))
    return [(tenant_key, block_id) for tenant_key, block_id in session.execute(query)]


def unworked(session: Session, scope: Scope) -> list[Connection]:
    """Firewalls that have no row of work yet."""
    has_work = exists().where(FirewallWork.connection_key == Connection.key)
    query = (
        select(Connection)
        .join(FirewallPart, FirewallPart.connection_key == Connection.key)
        .where(Connection.removed_ms.is_(None), ~has_work)
        .order_by(Connection.key)
    )
    query = query.where(within(scope, Connection.tenant_key))
    return list(session.scalars(query))


def removed_with_receipts(session: Session, scope: Scope) -> Sequence[Connection]:
    """Removed firewalls that blocks still wait for."""
    query = (
        select(Connection)
        .where(
            Connection.removed_ms.is_not(None),
            exists().where(
                ReceiptRow.connection_key == Connection.key,
                ReceiptRow.state != ReceiptState.LIFTED.value,
            ),
        )
        .order_by(Connection.key)
    )
    query = query.where(within(scope, Connection.tenant_key))
    return session.scalars(query).all()


def receipts_at(session: Session, scope: Scope, connection_key: int) -> list[ReceiptRow]:
    """Every receipt of one firewall."""
    query = select(ReceiptRow).where(ReceiptRow.connection_key == connection_key).order_by(ReceiptRow.key)
    query = query.where(within(scope, ReceiptRow.tenant_key))
    return list(session.scalars(query))


def work_of(session: Session, scope: Scope) -> dict[int, FirewallWork]:
    """What the reconciles of the firewalls in scope found last, by the connection's key."""
    query = select(FirewallWork).order_by(FirewallWork.connection_key)
    query = query.where(within(scope, FirewallWork.tenant_key))
    return {row.connection_key: row for row in session.scalars(query)}


@dataclass(frozen=True, slots=True)
class DriftLine:
    """Something that was otherwise than wanted, put right at `at_ms`."""

    firewall: str
    firewall_id: str
    at_ms: int
    kind: str
    network: str | None
    n: int


def drifts(session: Session, scope: Scope, *, limit: int = 20) -> list[DriftLine]:
    """The newest drifts in scope, newest first."""
    query = (
        select(Drift, Connection.name, Connection.id)
        .join(Connection, Connection.key == Drift.connection_key)
        .order_by(Drift.key.desc())
        .limit(limit)
    )
    query = query.where(within(scope, Drift.tenant_key))
    return [
        DriftLine(name, id_, row.at_ms, row.kind, row.network, row.n)
        for row, name, id_ in session.execute(query)
    ]
