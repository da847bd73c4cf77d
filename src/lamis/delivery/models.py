"""The tables of notifications: channels, what is to be told to each, and every attempt."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from lamis.storage.tables import BIG, Table


class Channel(Table):
    """Where a tenant's notifications go. `sealed` holds the encrypted secrets as one JSON text.

    `position` is how far the tenant's journal was read for this channel. The three `hour_…` columns count
    against `per_hour`. `reported_ms` is when its failing was told as a finding. A removed channel keeps its
    row (without secrets) so that its deliveries keep their label.
    """

    __tablename__ = "channel"
    __table_args__ = (Index("ix_channel_tenant_key", "tenant_key"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    name_folded: Mapped[str] = mapped_column(String(240))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sealed: Mapped[str | None]
    may_reach_private: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    off_reason: Mapped[str] = mapped_column(String(300), default="")
    min_severity: Mapped[int] = mapped_column(SmallInteger)
    events: Mapped[list[str]] = mapped_column(JSON)
    per_hour: Mapped[int]
    rotating_until_ms: Mapped[int | None]
    created_ms: Mapped[int]
    changed_ms: Mapped[int]
    removed_ms: Mapped[int | None]

    position: Mapped[int] = mapped_column(default=0)
    hour_from_ms: Mapped[int] = mapped_column(default=0)
    hour_count: Mapped[int] = mapped_column(default=0)
    hour_held: Mapped[int] = mapped_column(default=0)

    failures: Mapped[int] = mapped_column(default=0)
    failing_since_ms: Mapped[int | None]
    is_failing: Mapped[bool] = mapped_column(default=False)
    reported_ms: Mapped[int | None]
    last_sent_ms: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(500), default="")


class Delivery(Table):
    """One notification to one channel; `event` names its cause, so that a repeat makes none twice.

    `body` is what is told, the same in each attempt. `tries` counts since it was made or sent anew.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ux_delivery_channel_event", "channel_key", "event", unique=True),
        Index("ix_delivery_state_due", "state", "due_ms"),
        Index("ix_delivery_tenant", "tenant_key", "key"),
        Index("ix_delivery_created", "created_ms"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    channel_key: Mapped[int] = mapped_column(BIG, ForeignKey("channel.key"))
    event: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(30))
    incident_id: Mapped[str | None] = mapped_column(String(26))
    severity: Mapped[int | None] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    created_ms: Mapped[int]
    due_ms: Mapped[int]
    claimed_until_ms: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    finished_ms: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(500), default="")
    is_doubtful: Mapped[bool] = mapped_column(default=False)


class DeliveryAttempt(Table):
    """One try to hand a delivery over; written before the network is called."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (Index("ix_delivery_attempt_delivery_key", "delivery_key"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    delivery_key: Mapped[int] = mapped_column(BIG, ForeignKey("delivery.key", ondelete="CASCADE"))
    number: Mapped[int]
    started_ms: Mapped[int]
    took_ms: Mapped[int | None]
    result: Mapped[str] = mapped_column(String(12))
    status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(String(500), default="")
    error: Mapped[str] = mapped_column(String(500), default="")
