"""What a block would do, before it does it: guards, warnings and the firewalls that would be told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid
from lamis.base.scope import EVERYTHING, Actor, Scope
from lamis.base.settings import Settings
from lamis.blocking import queries, queries_lists
from lamis.blocking.itself import networks_of_lamis
from lamis.blocking.networks import text_of
from lamis.blocking.rules import why_not_blockable, why_to_hesitate
from lamis.blocking.types import Around, Network, Objection
from lamis.connections.queries_firewalls import active_firewalls, own_networks, tenants_with_firewalls
from lamis.storage import scopes
from lamis.tenants import queries as tenants
from lamis.tenants.types import TenantInfo

REASON_LENGTH = 1000
LONGEST = timedelta(days=3650)
SHORTEST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. `lasts` None is until lifted; `firewall_ids` None means all of the tenant.

    `asked_from` is the address the person sits at. `override_reason` is why an admin sets guards aside;
    `is_confirmed` says that many blocks an hour are meant.
    """

    network: Network
    reason: str
    lasts: timedelta | None = None
    firewall_ids: tuple[str, ...] | None = None
    asked_from: str | None = None
    alert_id: str | None = None
    override_reason: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A firewall that would be told."""

    key: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wish comes to. `standing_id` is the block of that network that stands already."""

    network: Network
    tenant_key: int
    objections: Sequence[Objection]
    warnings: Sequence[str]
    targets: Sequence[Target]
    is_listed: bool
    standing_id: str | None

    @property
    def address(self) -> str:
        return text_of(self.network)

    @property
    def may_be_overridden(self) -> bool:
        return all(each.may_be_overridden for each in self.objections)


def plan_block(
    session: Session, actor: Actor, wish: Wish, *, tenant_key: int, settings: Settings, now: datetime
) -> Plan:
    """Look at everything a block of that tenant meets; nothing is written. Raises Conflict where archived."""
    tenant = tenants.tenant_by_key(session, actor.full_scope, tenant_key)
    if tenant.is_archived:
        raise Conflict(f"{tenant.name} is archived; bring it back first.")
    around = around_of(session, actor, wish, tenant_key=tenant_key, settings=settings, now=now)
    standing = queries.standing_row(session, actor.full_scope, tenant_key, text_of(wish.network))
    is_listed = queries_lists.is_list_on(session, actor.full_scope, tenant_key)
    return Plan(
        network=wish.network,
        tenant_key=tenant_key,
        objections=why_not_blockable(wish.network, around),
        warnings=why_to_hesitate(wish.network, around),
        targets=_targets(session, wish, tenant_key),
        is_listed=is_listed,
        standing_id=None if standing is None else standing.id,
    )


def around_of(
    session: Session, actor: Actor, wish: Wish, *, tenant_key: int, settings: Settings, now: datetime
) -> Around:
    """What the guards must know of the tenant, of who asks, and of the others."""
    now_ms = to_ms(now)
    with scopes.seeing_all(session):
        elsewhere = queries.is_seen_elsewhere(
            session, EVERYTHING, wish.network, tenant_key=tenant_key, now_ms=now_ms
        )
    return replace(
        around_at(session, Scope(frozenset({tenant_key})), tenant_key, settings=settings),
        asking=wish.asked_from,
        asked=queries.asked_within_hour(session, actor, now_ms=now_ms),
        per_hour=settings.blocks_per_hour,
        is_confirmed=wish.is_confirmed,
        seen_elsewhere=elsewhere,
    )


def around_at(session: Session, scope: Scope, tenant_key: int, *, settings: Settings) -> Around:
    """What the guards must know of the tenant, whoever asks."""
    firewalls = own_networks(session, scope, tenant_key)
    return Around(
        own=firewalls,
        lamis=networks_of_lamis(settings, firewalls),
        allowed=queries_lists.allowed_networks(session, scope, tenant_key),
        widest_ipv4=settings.block_widest_ipv4,
        widest_ipv6=settings.block_widest_ipv6,
    )


def tenant_for_block(session: Session, actor: Actor, tenant: str | None) -> TenantInfo:
    """The tenant a block is for: the one named (id or name), the caller's only one, or for an operator the
    only one with firewalls. Raises Invalid where that is not clear, NotFound for a foreign one."""
    if tenant:
        named = tenants.tenant_by_name(session, actor.full_scope, tenant)
        return named or tenants.tenant_by_id(session, actor.full_scope, tenant)
    found = tenants.tenants(session, actor.scope)
    if len(found) != 1 and actor.is_operator:
        with_firewalls = set(tenants_with_firewalls(session, actor.scope))
        found = [each for each in found if each.key in with_firewalls]
    if len(found) == 1:
        return found[0]
    raise Invalid("Say which tenant's firewalls are meant.", field="tenant")


def tidy_reason(reason: str) -> str:
    """The reason as it is kept. Raises Invalid for none."""
    tidied = " ".join(reason.split())
    if not tidied:
        raise Invalid("Give a reason: whoever lifts the block later will want to know.", field="reason")
    return tidied[:REASON_LENGTH]


def lasting(seconds: int | None) -> timedelta | None:
    """How long a block lasts, from seconds; None until lifted. Raises Invalid."""
    if seconds is None:
        return None
    if not SHORTEST.total_seconds() <= seconds <= LONGEST.total_seconds():
        raise Invalid(
            "A block lasts from 10 seconds to ten years; null lasts until lifted.", field="expires_in_s"
        )
    return timedelta(seconds=seconds)


def _targets(session: Session, wish: Wish, tenant_key: int) -> list[Target]:
    found = [
        Target(each.connection.key, each.connection.id, each.connection.name)
        for each in active_firewalls(session, Scope(frozenset({tenant_key})), tenant_key)
    ]
    if wish.firewall_ids is None:
        return found
    wanted = set(wish.firewall_ids)
    chosen = [each for each in found if each.id in wanted or each.name in wanted]
    named = {each.id for each in chosen} | {each.name for each in chosen}
    if not wanted or wanted - named:
        raise Invalid("`firewalls` names one that this tenant does not have, or none.", field="firewalls")
    return chosen
