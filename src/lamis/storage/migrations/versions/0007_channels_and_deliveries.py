"""Channels, deliveries and their attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("key", BIG, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tenant_key", BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=240), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("may_reach_private", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("off_reason", sa.String(length=300), nullable=False),
        sa.Column("min_severity", sa.SmallInteger(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("per_hour", BIG, nullable=False),
        sa.Column("rotating_until_ms", BIG, nullable=True),
        sa.Column("created_ms", BIG, nullable=False),
        sa.Column("changed_ms", BIG, nullable=False),
        sa.Column("removed_ms", BIG, nullable=True),
        sa.Column("position", BIG, nullable=False),
        sa.Column("hour_from_ms", BIG, nullable=False),
        sa.Column("hour_count", BIG, nullable=False),
        sa.Column("hour_held", BIG, nullable=False),
        sa.Column("failures", BIG, nullable=False),
        sa.Column("failing_since_ms", BIG, nullable=True),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.Column("reported_ms", BIG, nullable=True),
        sa.Column("last_sent_ms", BIG, nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name=op.f("fk_channel_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_channel")),
        sa.UniqueConstraint("id", name=op.f("uq_channel_id")),
    )
    op.create_index("ix_channel_tenant_key", "channel", ["tenant_key"])
    op.create_table(
        "delivery",
        sa.Column("key", BIG, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tenant_key", BIG, nullable=False),
        sa.Column("channel_key", BIG, nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("incident_id", sa.String(length=26), nullable=True),
        sa.Column("severity", sa.SmallInteger(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_ms", BIG, nullable=False),
        sa.Column("due_ms", BIG, nullable=False),
        sa.Column("claimed_until_ms", BIG, nullable=False),
        sa.Column("fence", BIG, nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("finished_ms", BIG, nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["channel_key"], ["channel.key"], name=op.f("fk_delivery_channel_key")),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name=op.f("fk_delivery_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery")),
        sa.UniqueConstraint("id", name=op.f("uq_delivery_id")),
    )
    op.create_index("ux_delivery_channel_event", "delivery", ["channel_key", "event"], unique=True)
    op.create_index("ix_delivery_state_due", "delivery", ["state", "due_ms"])
    op.create_index("ix_delivery_tenant", "delivery", ["tenant_key", "key"])
    op.create_index("ix_delivery_created", "delivery", ["created_ms"])
    op.create_table(
        "delivery_attempt",
        sa.Column("key", BIG, nullable=False),
        sa.Column("delivery_key", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("started_ms", BIG, nullable=False),
        sa.Column("took_ms", BIG, nullable=True),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("status", BIG, nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_key"],
            ["delivery.key"],
            name=op.f("fk_delivery_attempt_delivery_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery_attempt")),
    )
    op.create_index("ix_delivery_attempt_delivery_key", "delivery_attempt", ["delivery_key"])


def downgrade() -> None:
    op.drop_table("delivery_attempt")
    op.drop_table("delivery")
    op.drop_table("channel")
