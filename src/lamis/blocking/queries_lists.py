"""Reading allow-lists and block lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lamis.base.errors import NotFound
from lamis.base.scope import Scope
from lamis.blocking.models import AllowedRow, BlockList, BlockListPull, BlockListText, BlockRow
from lamis.blocking.networks import parse_network
from lamis.blocking.types import STANDING, AllowedNetwork, Network
from lamis.storage.within import within
from lamis.tenants.models import Tenant

_STANDING = [state.value for state in STANDING]


@dataclass(frozen=True, slots=True)
class ListInfo:
    """A tenant's block list as it is shown; `is_on` once it has a token."""

    tenant_key: int
    tenant_id: str
    tenant: str
    is_on: bool
    number: int
    has_inert_line: bool
    changed_ms: int
    made_ms: int | None


@dataclass(frozen=True, slots=True)
class Pull:
    """Who pulls a list, and which version they got last."""

    family: int
    address: str
    agent: str
    number: int
    pulled_ms: int
    pulls: int


def allowed(session: Session, scope: Scope) -> list[AllowedNetwork]:
    """The allow-lists in scope, by tenant and address."""
    query = (
        select(AllowedRow, Tenant.id, Tenant.name)
        .join(Tenant, Tenant.key == AllowedRow.tenant_key)
        .order_by(Tenant.name_folded, AllowedRow.sort, AllowedRow.key)
    )
    query = query.where(within(scope, AllowedRow.tenant_key))
    return [
        AllowedNetwork(
            row.id, parse_network(row.network), row.note, tenant_id, tenant, row.added_by, row.created_ms
        )
        for row, tenant_id, tenant in session.execute(query)
    ]


def allowed_networks(session: Session, scope: Scope, tenant_key: int) -> list[tuple[Network, str]]:
    """What one tenant never wants blocked, each with its note."""
    query = select(AllowedRow).where(AllowedRow.tenant_key == tenant_key).order_by(AllowedRow.sort)
    if not scope.holds(tenant_key):
        return []
    return [(parse_network(row.network), row.note) for row in session.scalars(query)]


def allowed_row(session: Session, scope: Scope, allowed_id: str) -> AllowedRow:
    """One line of an allow-list in scope. Raises NotFound."""
    query = select(AllowedRow).where(AllowedRow.id == allowed_id)
    query = query.where(within(scope, AllowedRow.tenant_key))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("There is no such line on an allow-list.")
    return row


def standing_networks(session: Session, scope: Scope, tenant_key: int) -> list[tuple[str, str]]:
    """(id, network) of what one tenant wants dropped, sorted as lists are."""
    query = (
        select(BlockRow.id, BlockRow.network)
        .where(BlockRow.tenant_key == tenant_key, BlockRow.state.in_(_STANDING))
        .order_by(BlockRow.sort)
    )
    return [(id_, network) for id_, network in session.execute(query)] if scope.holds(tenant_key) else []


def list_row(session: Session, scope: Scope, tenant_key: int, *, lock: bool = False) -> BlockList | None:
    """The block list of a tenant in scope, locked where asked; None where nothing was ever blocked."""
    if not scope.holds(tenant_key):
        return None
    query = select(BlockList).where(BlockList.tenant_key == tenant_key)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def is_list_on(session: Session, scope: Scope, tenant_key: int) -> bool:
    """Whether somebody may pull the tenant's list."""
    row = list_row(session, scope, tenant_key)
    return row is not None and row.token_digest is not None


def lists(session: Session, scope: Scope) -> list[ListInfo]:
    """The block list of every tenant in scope that is not archived, switched on or not, by name."""
    query = (
        select(Tenant, BlockList)
        .outerjoin(BlockList, BlockList.tenant_key == Tenant.key)
        .where(Tenant.archived_ms.is_(None))
        .order_by(Tenant.name_folded, Tenant.key)
    )
    query = query.where(within(scope, Tenant.key))
    return [_info(tenant, row) for tenant, row in session.execute(query)]


def _info(tenant: Tenant, row: BlockList | None) -> ListInfo:
    return ListInfo(
        tenant_key=tenant.key,
        tenant_id=tenant.id,
        tenant=tenant.name,
        is_on=row is not None and row.token_digest is not None,
        number=0 if row is None else row.number,
        has_inert_line=row is not None and row.has_inert_line,
        changed_ms=0 if row is None else row.changed_ms,
        made_ms=None if row is None else row.made_ms,
    )


def list_of_token(session: Session, token_digest: str) -> tuple[int, int] | None:
    """(tenant's key, number) of the list that a token opens: the token is the right."""
    query = select(BlockList.tenant_key, BlockList.number).where(BlockList.token_digest == token_digest)
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def text_head(session: Session, scope: Scope, tenant_key: int, family: int) -> tuple[int, str, int] | None:
    """(number, ETag, when it last changed) of the text made last, without the text itself."""
    query = select(BlockListText.number, BlockListText.etag, BlockListText.changed_ms).where(
        BlockListText.tenant_key == tenant_key, BlockListText.family == family
    )
    found = session.execute(query).one_or_none() if scope.holds(tenant_key) else None
    return None if found is None else (found[0], found[1], found[2])


def text_row(session: Session, scope: Scope, tenant_key: int, family: int) -> BlockListText | None:
    """The text made last."""
    return session.get(BlockListText, (tenant_key, family)) if scope.holds(tenant_key) else None


def pull_row(
    session: Session, scope: Scope, tenant_key: int, family: int, address: str, agent: str
) -> BlockListPull | None:
    """What one consumer got last."""
    if not scope.holds(tenant_key):
        return None
    return session.get(BlockListPull, (tenant_key, family, address, agent))


def pulls(session: Session, scope: Scope, tenant_key: int) -> Sequence[Pull]:
    """Who pulls a tenant's list, the newest pull first."""
    query = (
        select(BlockListPull)
        .where(BlockListPull.tenant_key == tenant_key)
        .order_by(BlockListPull.pulled_ms.desc(), BlockListPull.address, BlockListPull.family)
        .limit(200)
    )
    if not scope.holds(tenant_key):
        return []
    return [
        Pull(row.family, row.address, row.agent, row.number, row.pulled_ms, row.pulls)
        for row in session.scalars(query)
    ]


def newest_pulls(session: Session, scope: Scope) -> dict[int, tuple[int, int]]:
    """(number, when) of the newest pull of each tenant's list in scope."""
    query = select(
        BlockListPull.tenant_key, func.max(BlockListPull.number), func.max(BlockListPull.pulled_ms)
    ).group_by(BlockListPull.tenant_key)
    query = query.where(within(scope, BlockListPull.tenant_key))
    return {key: (number, at) for key, number, at in session.execute(query)}
