"""What people do with deliveries: send one again, send a test."""

from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING, Actor, Permission
from lamis.delivery import messages, outbox, queries, queries_log
from lamis.delivery.models import Delivery
from lamis.delivery.types import TEST, ClaimedDelivery, DeliveryState
from lamis.tenants.queries import tenant_by_key


def send_again(session: Session, actor: Actor, delivery_id: str, *, now: datetime) -> str:
    """Make a delivery due now, whatever became of it; it keeps its id. Call `alarm("act")` after the commit.

    Returns the channel's name. Raises Conflict where the channel is off or was removed.
    """
    shown = queries_log.delivery_by_id(session, actor.scope, delivery_id)
    actor.require(Permission.MANAGE_CHANNELS, shown.tenant_key)
    if shown.is_channel_removed:
        raise Conflict(f"The channel {shown.channel_name} was removed; there is nowhere to send this.")
    if not queries.channel_by_id(session, actor.scope, shown.channel_id).is_active:
        raise Conflict(f"The channel {shown.channel_name} is off; switch it on first.")
    row = queries_log.delivery_row(session, actor.scope, delivery_id)
    if row.claimed_until_ms > to_ms(now):
        raise Conflict("This delivery is being sent right now.")
    row.state = DeliveryState.WAITING.value
    row.due_ms = to_ms(now)
    row.tries, row.error, row.finished_ms = 0, "", None
    row.claimed_until_ms = 0
    row.fence += 1
    return shown.channel_name


def begin_test(
    session: Session, actor: Actor, channel_id: str, *, public_url: str | None, now: datetime
) -> ClaimedDelivery:
    """A test of a channel, on or off, that the caller holds: send it after the commit, then record."""
    channel = queries.channel_row(session, actor.scope, channel_id)
    actor.require(Permission.MANAGE_CHANNELS, channel.tenant_key)
    tenant = tenant_by_key(session, EVERYTHING, channel.tenant_key)
    body = messages.test_body(
        channel=channel.name, tenant=tenant.name, by=actor.name, now=now, public_url=public_url
    )
    delivery_id = new_id()
    row = Delivery(
        id=delivery_id,
        tenant_key=channel.tenant_key,
        channel_key=channel.key,
        event=f"test:{delivery_id}",
        kind=TEST,
        title=messages.title_of(body),
        body=body,
        state=DeliveryState.WAITING.value,
        created_ms=to_ms(now),
        due_ms=to_ms(now),
    )
    session.add(row)
    session.flush()
    claimed = outbox.claim(session, row, channel, now=now)
    assert claimed is not None  # nobody else can know of it before the commit
    return claimed
