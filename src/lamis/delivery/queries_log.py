"""Reading deliveries and their attempts."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lamis.alerts.types import Severity
from lamis.base.errors import NotFound
from lamis.base.scope import Scope
from lamis.delivery import rules
from lamis.delivery.models import Channel, Delivery, DeliveryAttempt
from lamis.delivery.types import (
    AttemptInfo,
    AttemptResult,
    ChannelKind,
    DeliveryInfo,
    DeliveryState,
)
from lamis.storage.due import has_come
from lamis.storage.within import within
from lamis.tenants.models import Tenant

_Shown = Select[Delivery, Channel, Tenant]


def deliveries(
    session: Session,
    scope: Scope,
    *,
    state: DeliveryState | None = None,
    channel_id: str | None = None,
    incident_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> list[DeliveryInfo]:
    """The newest deliveries in scope; `cursor` is the id of the one to continue below."""
    query = _shown(scope)
    if state is not None:
        query = query.where(Delivery.state == state.value)
    if channel_id is not None:
        query = query.where(Channel.id == channel_id)
    if incident_id is not None:
        query = query.where(Delivery.incident_id == incident_id)
    if cursor is not None:
        query = query.where(Delivery.key < _row(session, scope, cursor).key)
    found = session.execute(query.order_by(Delivery.key.desc()).limit(limit))
    return [_info(*row) for row in found]


def delivery_by_id(session: Session, scope: Scope, delivery_id: str) -> DeliveryInfo:
    """One delivery in scope. Raises NotFound."""
    found = session.execute(_shown(scope).where(Delivery.id == delivery_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such delivery.")
    return _info(*found)


def delivery_row(session: Session, scope: Scope, delivery_id: str) -> Delivery:
    """The row of a delivery, for this room's actions. Raises NotFound."""
    return _row(session, scope, delivery_id)


def attempts(session: Session, scope: Scope, delivery_key: int) -> list[AttemptInfo]:
    """The attempts of one delivery in scope, oldest first."""
    query = select(DeliveryAttempt).join(Delivery, Delivery.key == DeliveryAttempt.delivery_key)
    query = query.where(Delivery.key == delivery_key)
    query = query.where(within(scope, Delivery.tenant_key))
    found = session.scalars(query.order_by(DeliveryAttempt.key))
    # What was sent again begins to count its tries anew; people count on.
    return [_attempt(row, number) for number, row in enumerate(found, start=1)]


def state_counts(session: Session, scope: Scope, *, since_ms: int) -> dict[DeliveryState, int]:
    """How many deliveries made since then are in each state."""
    query = select(Delivery.state, func.count()).where(Delivery.created_ms >= since_ms)
    query = query.where(within(scope, Delivery.tenant_key))
    found = {row[0]: row[1] for row in session.execute(query.group_by(Delivery.state))}
    return {state: found.get(state.value, 0) for state in DeliveryState}


def due_delivery(
    session: Session, scope: Scope, *, now_ms: int, but_channels: Collection[int] = ()
) -> tuple[Delivery, Channel] | None:
    """For workers: the longest due delivery that nobody holds, of no channel in `but_channels`."""
    query = (
        select(Delivery, Channel)
        .join(Channel, Channel.key == Delivery.channel_key)
        .where(
            Delivery.state == DeliveryState.WAITING.value,
            has_come(Delivery.due_ms, now_ms=now_ms, longest_ms=rules.LONGEST_WAIT_MS),
            is_free(now_ms),
            Channel.is_active,
            Channel.key.not_in(but_channels),
        )
    )
    query = query.where(within(scope, Delivery.tenant_key))
    query = query.order_by(Delivery.due_ms, Delivery.key).limit(1)
    found = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    return None if found is None else (found[0], found[1])


def is_free(now_ms: int) -> ColumnElement[bool]:
    """For workers: that nobody holds a delivery."""
    return has_come(Delivery.claimed_until_ms, now_ms=now_ms, longest_ms=rules.CLAIM_MS)


def open_attempt(session: Session, scope: Scope, delivery_key: int) -> DeliveryAttempt | None:
    """For workers: the attempt that began and of which nobody recorded the end."""
    query = (
        select(DeliveryAttempt)
        .join(Delivery, Delivery.key == DeliveryAttempt.delivery_key)
        .where(Delivery.key == delivery_key, DeliveryAttempt.result == AttemptResult.UNDER_WAY.value)
    )
    query = query.where(within(scope, Delivery.tenant_key))
    return session.scalars(query.order_by(DeliveryAttempt.key.desc()).limit(1)).one_or_none()


def held_back(
    session: Session, scope: Scope, channel_key: int, *, since_ms: int, limit: int
) -> list[Delivery]:
    """What was held back of a channel's hour, the worst and newest first."""
    query = select(Delivery).where(
        Delivery.channel_key == channel_key,
        Delivery.state == DeliveryState.FOLDED.value,
        Delivery.created_ms >= since_ms,
    )
    query = query.where(within(scope, Delivery.tenant_key))
    return list(session.scalars(query.order_by(Delivery.severity.desc(), Delivery.key.desc()).limit(limit)))


def _row(session: Session, scope: Scope, delivery_id: str) -> Delivery:
    query = select(Delivery).where(Delivery.id == delivery_id)
    query = query.where(within(scope, Delivery.tenant_key))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("There is no such delivery.")
    return row


def _shown(scope: Scope) -> _Shown:
    query = (
        select(Delivery, Channel, Tenant)
        .join(Channel, Channel.key == Delivery.channel_key)
        .join(Tenant, Tenant.key == Delivery.tenant_key)
    )
    return query.where(within(scope, Delivery.tenant_key))


def _info(row: Delivery, channel: Channel, tenant: Tenant) -> DeliveryInfo:
    return DeliveryInfo(
        key=row.key,
        id=row.id,
        tenant_key=row.tenant_key,
        tenant_name=tenant.name,
        channel_id=channel.id,
        channel_name=channel.name,
        channel_kind=ChannelKind(channel.kind),
        is_channel_removed=channel.removed_ms is not None,
        kind=row.kind,
        incident_id=row.incident_id,
        severity=None if row.severity is None else Severity(row.severity),
        title=row.title,
        state=DeliveryState(row.state),
        tries=row.tries,
        created_ms=row.created_ms,
        due_ms=row.due_ms,
        finished_ms=row.finished_ms,
        error=row.error,
        is_doubtful=row.is_doubtful,
        body=row.body,
    )


def _attempt(row: DeliveryAttempt, number: int) -> AttemptInfo:
    return AttemptInfo(
        number=number,
        started_ms=row.started_ms,
        took_ms=row.took_ms,
        result=AttemptResult(row.result),
        status=row.status,
        answer=row.answer,
        error=row.error,
    )
