"""Reading blocks: the ledger, one block, the marks beside addresses, and what the guards must know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from lamis.alerts import queries as alerts
from lamis.alerts.types import Filter
from lamis.base.clock import HOUR_MS, from_ms
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import Actor, Scope
from lamis.blocking.models import BlockRow, ReceiptRow
from lamis.blocking.networks import covering, parse_network
from lamis.blocking.types import (
    STANDING,
    Block,
    BlockFilter,
    BlockState,
    Change,
    Mark,
    Network,
    Receipt,
    ReceiptState,
)
from lamis.connections.models import Connection
from lamis.storage.dialects import one_of
from lamis.storage.within import Scoped, within
from lamis.tenants import queries as tenants
from lamis.tenants.models import Tenant

_STANDING = [state.value for state in STANDING]
DAY_MS = 24 * HOUR_MS
_Columns = TypeVarTuple("_Columns")


def blocks(
    session: Session,
    scope: Scope,
    wanted: BlockFilter,
    *,
    cursor: str | None = None,
    limit: int = 100,
    oldest_first: bool = False,
) -> tuple[list[Block], str | None]:
    """Blocks in scope, newest first, and the cursor of the page after, if there is one."""
    query = _matching(scope, wanted)
    if cursor:
        edge = _key_of(session, scope, cursor)
        query = query.where(BlockRow.key > edge if oldest_first else BlockRow.key < edge)
    order = BlockRow.key if oldest_first else BlockRow.key.desc()
    found = session.execute(query.order_by(order).limit(limit + 1)).all()
    shown = _with_receipts(session, [_block(*row) for row in found[:limit]])
    return shown, shown[-1].id if len(found) > limit else None


def block_count(session: Session, scope: Scope, wanted: BlockFilter) -> int:
    """How many blocks match."""
    query = _matching(scope, wanted).with_only_columns(func.count())
    return session.scalar(query) or 0


def state_counts(session: Session, scope: Scope) -> dict[BlockState, int]:
    """How many standing or lifting blocks there are in each state."""
    return {BlockState(state): n for state, n in session.execute(*_STATE_COUNTS.of(scope))}


_STATE_COUNTS = Scoped(
    select(BlockRow.state, func.count())
    .where(BlockRow.state != BlockState.LIFTED.value)
    .group_by(BlockRow.state),
    BlockRow.tenant_key,
)


def newest_change_ms(session: Session, scope: Scope) -> int | None:
    """When a block in scope last changed; None where there is none."""
    newest: int | None = session.scalar(*_NEWEST_CHANGE.of(scope))
    return newest


# Each tenant's is at the end of an index; the newest of several tenants is at the end of none.
_NEWEST_OF_TENANT = (
    select(func.max(BlockRow.changed_ms))
    .where(BlockRow.tenant_key == Tenant.key)
    .correlate(Tenant)
    .scalar_subquery()
)
_NEWEST_CHANGE = Scoped(select(func.max(_NEWEST_OF_TENANT)).select_from(Tenant), Tenant.key)


def changes(session: Session, scope: Scope, wanted: BlockFilter, *, since_ms: int, most: int) -> list[Change]:
    """The blocks that changed from `since_ms` on, the newest change first."""
    query = (
        _filtered(_shown(), wanted)
        .with_only_columns(BlockRow.key, BlockRow.changed_ms, BlockRow.state)
        .where(BlockRow.changed_ms >= since_ms)
        # A sum has no index: that of tenants would be taken, which leads to every block of one.
        .where(within(scope, BlockRow.tenant_key + 0))
        .order_by(BlockRow.changed_ms.desc(), BlockRow.key.desc())
    )
    return [Change(*row) for row in session.execute(query.limit(most))]


def blocks_of(session: Session, scope: Scope, keys: Sequence[int]) -> list[Block]:
    """Some blocks in scope with their receipts, newest first."""
    query = _in(scope, _shown()).where(BlockRow.key.in_(keys)).order_by(BlockRow.key.desc())
    return _with_receipts(session, [_block(*row) for row in session.execute(query)])


def block_by_id(session: Session, scope: Scope, block_id: str) -> Block:
    """One block in scope with its receipts. Raises NotFound."""
    query = _in(scope, _shown()).where(BlockRow.id == block_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("There is no such block.")
    return _with_receipts(session, [_block(*found)])[0]


def block_row(session: Session, scope: Scope, block_id: str) -> BlockRow:
    """The row of a block in scope, locked where the engine can. Raises NotFound."""
    query = _in(scope, select(BlockRow)).where(BlockRow.id == block_id)
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no such block.")
    return row


def standing_row(session: Session, scope: Scope, tenant_key: int, network: str) -> BlockRow | None:
    """The standing block of exactly that network, if there is one."""
    query = _in(scope, select(BlockRow)).where(BlockRow.standing == f"{tenant_key}:{network}")
    return session.scalars(query).one_or_none()


def lock_tenant(session: Session, scope: Scope, tenant_key: int) -> None:
    """Have whoever else changes the tenant's blocks wait until this transaction ends. Raises NotFound.

    On SQLite the one writer does that already.
    """
    if not scope.holds(tenant_key):
        raise NotFound("There is no such tenant.")
    session.execute(select(Tenant.key).where(Tenant.key == tenant_key).with_for_update())


def receipts_of(session: Session, scope: Scope, block_keys: Iterable[int]) -> list[ReceiptRow]:
    """The receipts of some blocks in scope."""
    query = select(ReceiptRow).where(ReceiptRow.block_key.in_(list(block_keys))).order_by(ReceiptRow.key)
    query = query.where(within(scope, ReceiptRow.tenant_key))
    return list(session.scalars(query))


def asked_within_hour(session: Session, actor: Actor, *, now_ms: int) -> int:
    """How many blocks the person asked for within the hour, wherever."""
    query = select(func.count()).where(
        BlockRow.asked_by == actor.person_id, BlockRow.created_ms > now_ms - HOUR_MS
    )
    return session.scalar(query) or 0


def is_seen_elsewhere(
    session: Session, scope: Scope, network: Network, *, tenant_key: int, now_ms: int
) -> bool:
    """Whether a tenant other than this one, in `scope`, had alerts with the network within a day."""
    others = frozenset(tenants.tenant_names(session, scope)) - {tenant_key}
    if not others:
        return False
    wanted = Filter(since=from_ms(now_ms - DAY_MS), network=network)
    return bool(alerts.page(session, Scope(others), wanted, cursor=None, limit=1).alerts)


def marks(
    session: Session, scope: Scope, places: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], Mark]:
    """The standing block of each (tenant's public id, address) that has one; a wider network marks, too."""
    covers = {place: wider for place in set(places) if (wider := _covers(place[1]))}
    if not covers:
        return {}
    texts = list({text for each in covers.values() for text in each})
    found = {
        (tenant_id, network): Mark(block_id, network, BlockState(state), is_pushed)
        for tenant_id, block_id, network, state, is_pushed in session.execute(*_MARKS.of(scope, texts=texts))
    }
    return {
        place: mark
        for place, texts in covers.items()
        if (mark := next((found[place[0], text] for text in texts if (place[0], text) in found), None))
    }


@lru_cache(maxsize=256)  # the addresses of one page are mostly those of the next
def _covers(address: str) -> Sequence[str]:
    try:
        return covering(parse_network(address))
    except Invalid:
        return ()


_MARKS = Scoped(
    select(
        Tenant.id,
        BlockRow.id,
        BlockRow.network,
        BlockRow.state,
        exists().where(ReceiptRow.block_key == BlockRow.key),
    )
    .join(Tenant, Tenant.key == BlockRow.tenant_key)
    # By `standing`, not by state: the index of states would be taken, which leads to every block that stands.
    .where(one_of(BlockRow.network, "texts"), BlockRow.standing.is_not(None)),
    BlockRow.tenant_key,
)


def _key_of(session: Session, scope: Scope, cursor: str) -> int:
    key = session.scalar(_in(scope, select(BlockRow.key)).where(BlockRow.id == cursor))
    if key is None:
        raise Invalid("`cursor` is not one of ours; leave it out and begin anew.", field="cursor")
    return key


def _in(scope: Scope, query: Select[*_Columns]) -> Select[*_Columns]:
    return query.where(within(scope, BlockRow.tenant_key))


def _shown() -> Select[BlockRow, str, str]:
    return select(BlockRow, Tenant.id, Tenant.name).join(Tenant, Tenant.key == BlockRow.tenant_key)


def _matching(scope: Scope, wanted: BlockFilter) -> Select[BlockRow, str, str]:
    return _filtered(_in(scope, _shown()), wanted)


def _filtered(query: Select[BlockRow, str, str], wanted: BlockFilter) -> Select[BlockRow, str, str]:
    query = query.where(*_conditions(wanted))
    if wanted.firewall_id is not None:
        query = query.where(
            exists().where(
                ReceiptRow.block_key == BlockRow.key,
                ReceiptRow.connection_key == Connection.key,
                Connection.id == wanted.firewall_id,
            )
        )
    return query


def _conditions(wanted: BlockFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        sought = f"%{_escaped(wanted.text.lower())}%"
        texts = (BlockRow.network, BlockRow.reason, BlockRow.asked_by_name)
        found.append(or_(*(func.lower(text).like(sought, escape="\\") for text in texts)))
    if wanted.states:
        found.append(BlockRow.state.in_([state.value for state in wanted.states]))
    if wanted.standing is not None:
        is_standing = BlockRow.state.in_(_STANDING)
        found.append(is_standing if wanted.standing else ~is_standing)
    if wanted.tenant_id is not None:
        found.append(tenants.is_called([wanted.tenant_id]))
    if wanted.expiring_before_ms is not None:
        found.append(BlockRow.expires_ms <= wanted.expiring_before_ms)
        found.append(BlockRow.state.in_(_STANDING))
    if wanted.covering is not None:
        found.append(BlockRow.network.in_(covering(wanted.covering)))
    return found


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _with_receipts(session: Session, found: Sequence[Block]) -> list[Block]:
    query = (
        select(ReceiptRow, Connection.id, Connection.name)
        .join(Connection, Connection.key == ReceiptRow.connection_key)
        .where(ReceiptRow.block_key.in_([block.key for block in found]))
        .order_by(Connection.name_folded, ReceiptRow.key)
    )
    of: dict[int, list[Receipt]] = {}
    for row, firewall_id, name in session.execute(query):
        of.setdefault(row.block_key, []).append(_receipt(row, firewall_id, name))
    return [replace(block, receipts=tuple(of.get(block.key, ()))) for block in found]


def _receipt(row: ReceiptRow, firewall_id: str, name: str) -> Receipt:
    return Receipt(
        id=row.id,
        firewall_id=firewall_id,
        firewall=name,
        state=ReceiptState(row.state),
        at_ms=row.at_ms,
        detail=row.detail,
        steps=tuple((str(what), int(at)) for what, at in row.steps),
        next_try_ms=row.due_ms,
    )


def _block(row: BlockRow, tenant_id: str, tenant: str) -> Block:
    return Block(
        key=row.key, id=row.id, tenant_key=row.tenant_key, tenant_id=tenant_id, tenant=tenant,
        network=row.network, state=BlockState(row.state), reason=row.reason, asked_by=row.asked_by_name,
        asked_by_id=row.asked_by, created_ms=row.created_ms, changed_ms=row.changed_ms,
        expires_ms=row.expires_ms, lifted_ms=row.lifted_ms, lifted_by=row.lifted_by, lift_why=row.lift_why,
        warnings=tuple(row.warnings), overridden=tuple(row.overridden), override_reason=row.override_reason,
        alert_id=row.alert_id, list_number=row.list_number, notes=tuple(row.notes),
    )  # fmt: skip
