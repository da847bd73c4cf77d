"""Reading firewalls: rows for screens, API and command line, and what the workers open."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import NotFound
from lamis.base.scope import Scope
from lamis.connections.models import Connection, FirewallPart
from lamis.connections.rules_firewall import FORGOTTEN_MS, FirewallFacts, firewall_health_of
from lamis.connections.types import Health, SourceState
from lamis.connections.types_firewall import FirewallInfo
from lamis.storage.within import Scoped, within
from lamis.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class StoredFirewall:
    """A firewall as it is stored, for whoever opens it; the row is read only."""

    connection: Connection
    alias: str
    may_create: bool
    own_read_ms: int | None
    facts: FirewallFacts


@dataclass(frozen=True, slots=True)
class FailingFirewall:
    """A firewall that needs somebody, for the banner of every page."""

    id: str
    name: str
    health: Health


def firewalls(
    session: Session, scope: Scope, *, now: datetime, with_removed: bool = False
) -> list[FirewallInfo]:
    """Every firewall in scope with its health, by name; removed ones only when asked for."""
    query = _shown(scope)
    if not with_removed:
        query = query.where(Connection.removed_ms.is_(None))
    return _described(session, query, now=now)


def firewall_by_id(session: Session, scope: Scope, connection_id: str, *, now: datetime) -> FirewallInfo:
    """One firewall in scope with its health. Raises NotFound."""
    query = _shown(scope).where(Connection.id == connection_id, Connection.removed_ms.is_(None))
    found = _described(session, query, now=now)
    if not found:
        raise NotFound("There is no such firewall.")
    return found[0]


def _made_suspects() -> Select[str, str, str | None, str | None, int | None, int, int | None]:
    seen_ms = func.coalesce(Connection.last_good_ms, Connection.created_ms)
    return (
        select(
            Connection.id,
            Connection.name,
            Connection.error_code,
            Connection.error_text,
            Connection.last_good_ms,
            Connection.created_ms,
            FirewallPart.tested_ms,
        )
        .join(FirewallPart, FirewallPart.connection_key == Connection.key)
        .where(
            Connection.is_active,
            Connection.removed_ms.is_(None),
            Connection.error_code.is_not(None) | (seen_ms < bindparam("forgotten_ms")),
        )
        .order_by(Connection.name_folded, Connection.key)
    )


# Every page asks; making the statement costs more than running it.
_SUSPECTS = Scoped(_made_suspects(), Connection.tenant_key)


def failing_firewalls(session: Session, scope: Scope, *, now: datetime) -> list[FailingFirewall]:
    """The active firewalls in scope that are not well, by name."""
    found = []
    for id_, name, code, text, last_good_ms, created_ms, tested_ms in session.execute(
        *_SUSPECTS.of(scope, forgotten_ms=to_ms(now) - FORGOTTEN_MS)
    ):
        facts = FirewallFacts(SourceState.ACTIVE, code, text, tested_ms, last_good_ms, created_ms)
        found.append(FailingFirewall(id_, name, firewall_health_of(facts, now_ms=to_ms(now))))
    return found


def active_firewalls(session: Session, scope: Scope, tenant_key: int | None = None) -> list[StoredFirewall]:
    """The firewalls in scope that are told what to drop, of one tenant or of all."""
    query = _stored(scope).where(Connection.is_active, Connection.removed_ms.is_(None))
    if tenant_key is not None:
        query = query.where(Connection.tenant_key == tenant_key)
    return _opened(session, query)


def stored_firewall(session: Session, scope: Scope, connection_id: str) -> StoredFirewall:
    """One firewall in scope that was not removed, paused or not. Raises NotFound."""
    query = _stored(scope).where(Connection.id == connection_id, Connection.removed_ms.is_(None))
    found = _opened(session, query)
    if not found:
        raise NotFound("There is no such firewall.")
    return found[0]


def tenants_with_firewalls(session: Session, scope: Scope) -> list[int]:
    """The keys of the tenants in scope that have an active firewall."""
    query = (
        _stored(scope)
        .with_only_columns(Connection.tenant_key)
        .where(Connection.is_active, Connection.removed_ms.is_(None))
        .distinct()
        .order_by(None)
        .order_by(Connection.tenant_key)
    )
    return list(session.scalars(query))


def own_networks(session: Session, scope: Scope, tenant_key: int) -> list[IPv4Network | IPv6Network]:
    """The addresses and gateways of the tenant's firewalls, paused ones too: they must never be blocked."""
    query = (
        _stored(scope)
        .with_only_columns(FirewallPart.own_networks)
        .where(Connection.tenant_key == tenant_key, Connection.removed_ms.is_(None))
    )
    texts = {text for own in session.scalars(query) for text in own}
    return [ip_network(text, strict=False) for text in sorted(texts)]


def _stored(scope: Scope) -> Select[Connection, FirewallPart]:
    query = (
        select(Connection, FirewallPart)
        .join(FirewallPart, FirewallPart.connection_key == Connection.key)
        .order_by(Connection.name_folded, Connection.key)
    )
    return query.where(within(scope, Connection.tenant_key))


def _opened(session: Session, query: Select[Connection, FirewallPart]) -> list[StoredFirewall]:
    return [
        StoredFirewall(row, part.alias, part.may_create, part.own_read_ms, _facts(row, part))
        for row, part in session.execute(query)
    ]


def _shown(scope: Scope) -> Select[Connection, FirewallPart, str, str]:
    query = _stored(scope).join(Tenant, Tenant.key == Connection.tenant_key)
    return query.add_columns(Tenant.id, Tenant.name)


def _described(
    session: Session, query: Select[Connection, FirewallPart, str, str], *, now: datetime
) -> list[FirewallInfo]:
    return [
        _info(row, part, tenant_id, tenant_name, now=now)
        for row, part, tenant_id, tenant_name in session.execute(query)
    ]


def _info(
    row: Connection, part: FirewallPart, tenant_id: str, tenant_name: str, *, now: datetime
) -> FirewallInfo:
    facts = _facts(row, part)
    return FirewallInfo(
        key=row.key, id=row.id, name=row.name, tenant_key=row.tenant_key, tenant_id=tenant_id,
        tenant_name=tenant_name, kind=row.kind, urls=tuple(row.urls), username=row.username,
        trust_mode=row.trust_mode, fingerprint=row.fingerprint, alias=part.alias, may_create=part.may_create,
        state=facts.state, health=firewall_health_of(facts, now_ms=to_ms(now)),
        last_try_ms=row.last_try_ms, last_good_ms=row.last_good_ms, failing_since_ms=row.failing_since_ms,
        failures=row.failures, error_code=row.error_code, error_text=row.error_text,
        entries=part.entries, drift=part.drift, compared_ms=part.compared_ms,
        own_networks=tuple(part.own_networks), own_read_ms=part.own_read_ms, created_ms=row.created_ms,
    )  # fmt: skip


def _facts(row: Connection, part: FirewallPart) -> FirewallFacts:
    state = SourceState.ACTIVE if row.is_active else SourceState.PAUSED
    return FirewallFacts(
        state=state if row.removed_ms is None else SourceState.REMOVED,
        error_code=row.error_code,
        error_text=row.error_text,
        tested_ms=part.tested_ms,
        last_good_ms=row.last_good_ms,
        created_ms=row.created_ms,
    )
