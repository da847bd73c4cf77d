"""Reading channels."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lamis.alerts.types import Severity
from lamis.base.errors import NotFound
from lamis.base.names import looked_up
from lamis.base.scope import Scope
from lamis.delivery.models import Channel
from lamis.delivery.types import ChannelInfo, ChannelKind, Health, Notable
from lamis.storage.within import Scoped, within
from lamis.tenants.models import Tenant


def channels(session: Session, scope: Scope) -> list[ChannelInfo]:
    """The channels in scope that were not removed, by name."""
    query = _shown(scope).order_by(Channel.name_folded, Channel.key)
    return [_info(row, tenant) for row, tenant in session.execute(query)]


def channel_by_id(session: Session, scope: Scope, channel_id: str) -> ChannelInfo:
    """One channel in scope. Raises NotFound."""
    found = session.execute(_shown(scope).where(Channel.id == channel_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such channel.")
    return _info(found[0], found[1])


def channel_named(session: Session, scope: Scope, name: str) -> ChannelInfo:
    """The one channel in scope with that name or id, for the command line. Raises NotFound."""
    query = _shown(scope).where(or_(Channel.id == name, Channel.name_folded.in_(looked_up(name))))
    found = session.execute(query).all()
    if len(found) == 1:
        return _info(found[0][0], found[0][1])
    if found:
        raise NotFound(f"Several tenants have a channel called “{name}”; use its id.")
    raise NotFound(f"There is no channel called “{name}”.")


def channel_row(session: Session, scope: Scope, channel_id: str) -> Channel:
    """The row of a channel, for this room's actions. Raises NotFound."""
    row = session.scalars(_standing(scope).where(Channel.id == channel_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such channel.")
    return row


def has_name(session: Session, scope: Scope, tenant_key: int, name: str, *, but_key: int | None) -> bool:
    """Whether another channel of the tenant has that name."""
    query = _standing(scope).where(Channel.tenant_key == tenant_key, Channel.name_folded.in_(looked_up(name)))
    return any(row.key != but_key for row in session.scalars(query))


def active_channels(session: Session, scope: Scope) -> list[Channel]:
    """Every channel in scope that is on, by tenant."""
    query = _standing(scope).where(Channel.is_active).order_by(Channel.tenant_key, Channel.key)
    return list(session.scalars(query))


def failing_channels(session: Session, scope: Scope) -> list[ChannelInfo]:
    """The channels in scope that are on and whose deliveries fail, longest first."""
    query = _shown(scope).where(Channel.is_active, Channel.is_failing)
    found = session.execute(query.order_by(Channel.failing_since_ms, Channel.key))
    return [_info(row, tenant) for row, tenant in found]


def failing_count(session: Session, scope: Scope) -> int:
    """How many channels in scope are on and fail."""
    return session.scalar(*_FAILING_COUNT.of(scope)) or 0


_FAILING_COUNT = Scoped(
    select(func.count(Channel.key)).where(
        Channel.removed_ms.is_(None), Channel.is_active, Channel.is_failing
    ),
    Channel.tenant_key,
)


def unreported(session: Session, scope: Scope) -> list[Channel]:
    """For workers: channels that fail and whose finding was not made yet."""
    query = _standing(scope).where(Channel.is_failing, Channel.reported_ms.is_(None))
    return list(session.scalars(query.order_by(Channel.key)))


def _standing(scope: Scope) -> Select[Channel]:
    query = select(Channel).where(Channel.removed_ms.is_(None))
    return query.where(within(scope, Channel.tenant_key))


def _shown(scope: Scope) -> Select[Channel, Tenant]:
    query = select(Channel, Tenant).join(Tenant, Tenant.key == Channel.tenant_key)
    query = query.where(Channel.removed_ms.is_(None))
    return query.where(within(scope, Channel.tenant_key))


def _info(row: Channel, tenant: Tenant) -> ChannelInfo:
    return ChannelInfo(
        key=row.key,
        id=row.id,
        tenant_key=row.tenant_key,
        tenant_name=tenant.name,
        tenant_id=tenant.id,
        kind=ChannelKind(row.kind),
        name=row.name,
        place=str(row.settings.get("place", "")),
        is_active=row.is_active,
        off_reason=row.off_reason,
        min_severity=Severity(row.min_severity),
        events=tuple(Notable(each) for each in row.events),
        per_hour=row.per_hour,
        held=row.hour_held,
        settings=row.settings,
        rotating_until_ms=row.rotating_until_ms,
        created_ms=row.created_ms,
        health=Health(
            failures=row.failures,
            failing_since_ms=row.failing_since_ms,
            last_sent_ms=row.last_sent_ms,
            error=row.error,
            is_failing=row.is_failing,
        ),
    )
