"""Blocks: wishes, receipts, the work of firewalls, drifts, allow-lists and block lists."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "allowed_network",
        sa.Column("key", BIG, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tenant_key", BIG, nullable=False),
        sa.Column("network", sa.String(length=50), nullable=False),
        sa.Column("sort", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("created_ms", BIG, nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name="fk_allowed_network_tenant_key"),
        sa.PrimaryKeyConstraint("key", name="pk_allowed_network"),
        sa.UniqueConstraint("id", name="uq_allowed_network_id"),
    )
    op.create_index("ix_allowed_network_tenant_key", "allowed_network", ["tenant_key"], unique=False)
    op.create_table(
        "block",
        sa.Column("key", BIG, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tenant_key", BIG, nullable=False),
        sa.Column("network", sa.String(length=50), nullable=False),
        sa.Column("sort", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(length=26), nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("asked_from", sa.String(length=50), nullable=True),
        sa.Column("alert_id", sa.String(length=26), nullable=True),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("overridden", sa.JSON(), nullable=False),
        sa.Column("override_reason", sa.String(), nullable=False),
        sa.Column("list_number", BIG, nullable=False),
        sa.Column("created_ms", BIG, nullable=False),
        sa.Column("changed_ms", BIG, nullable=False),
        sa.Column("expires_ms", BIG, nullable=True),
        sa.Column("lifted_ms", BIG, nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=False),
        sa.Column("lift_why", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name="fk_block_tenant_key"),
        sa.PrimaryKeyConstraint("key", name="pk_block"),
        sa.UniqueConstraint("id", name="uq_block_id"),
        sa.UniqueConstraint("standing", name="uq_block_standing"),
    )
    op.create_index("ix_block_asked_by_created_ms", "block", ["asked_by", "created_ms"], unique=False)
    op.create_index("ix_block_expires_ms", "block", ["expires_ms"], unique=False)
    op.create_index("ix_block_network", "block", ["network"], unique=False)
    op.create_index("ix_block_state", "block", ["state"], unique=False)
    op.create_index("ix_block_tenant_key_created_ms", "block", ["tenant_key", "created_ms"], unique=False)
    op.create_table(
        "block_list",
        sa.Column("tenant_key", BIG, autoincrement=False, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("number", BIG, nullable=False),
        sa.Column("has_inert_line", sa.Boolean(), nullable=False),
        sa.Column("changed_ms", BIG, nullable=False),
        sa.Column("made_ms", BIG, nullable=True),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name="fk_block_list_tenant_key"),
        sa.PrimaryKeyConstraint("tenant_key", name="pk_block_list"),
        sa.UniqueConstraint("token_digest", name="uq_block_list_token_digest"),
    )
    op.create_table(
        "block_drift",
        sa.Column("key", BIG, nullable=False),
        sa.Column("tenant_key", BIG, nullable=False),
        sa.Column("connection_key", BIG, nullable=False),
        sa.Column("at_ms", BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("network", sa.String(length=50), nullable=True),
        sa.Column("n", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_key"], ["connection.key"], name="fk_block_drift_connection_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name="fk_block_drift_tenant_key"),
        sa.PrimaryKeyConstraint("key", name="pk_block_drift"),
    )
    op.create_index("ix_block_drift_tenant_key_at_ms", "block_drift", ["tenant_key", "at_ms"], unique=False)
    op.create_table(
        "block_list_pull",
        sa.Column("tenant_key", BIG, autoincrement=False, nullable=False),
        sa.Column("family", BIG, autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=50), nullable=False),
        sa.Column("agent", sa.String(length=120), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("pulled_ms", BIG, nullable=False),
        sa.Column("pulls", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_key"],
            ["block_list.tenant_key"],
            name="fk_block_list_pull_tenant_key",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_key", "family", "address", "agent", name="pk_block_list_pull"),
    )
    op.create_table(
        "block_list_text",
        sa.Column("tenant_key", BIG, autoincrement=False, nullable=False),
        sa.Column("family", BIG, autoincrement=False, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("changed_ms", BIG, nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("lines", BIG, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_key"],
            ["block_list.tenant_key"],
            name="fk_block_list_text_tenant_key",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_key", "family", name="pk_block_list_text"),
    )
    op.create_table(
        "block_receipt",
        sa.Column("key", BIG, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("block_key", BIG, nullable=False),
        sa.Column("tenant_key", BIG, nullable=False),
        sa.Column("connection_key", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_foreign", sa.Boolean(), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("was_tried", sa.Boolean(), nullable=False),
        sa.Column("due_ms", BIG, nullable=True),
        sa.Column("at_ms", BIG, nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_key"], ["block.key"], name="fk_block_receipt_block_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["connection_key"], ["connection.key"], name="fk_block_receipt_connection_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name="fk_block_receipt_tenant_key"),
        sa.PrimaryKeyConstraint("key", name="pk_block_receipt"),
        sa.UniqueConstraint("id", name="uq_block_receipt_id"),
    )
    op.create_index(
        "ix_block_receipt_connection_due", "block_receipt", ["connection_key", "due_ms"], unique=False
    )
    op.create_index(
        "ux_block_receipt_block_connection", "block_receipt", ["block_key", "connection_key"], unique=True
    )
    op.create_table(
        "firewall_work",
        sa.Column("connection_key", BIG, autoincrement=False, nullable=False),
        sa.Column("tenant_key", BIG, nullable=False),
        sa.Column("claimed_until_ms", BIG, nullable=False),
        sa.Column("fence", BIG, nullable=False),
        sa.Column("rests_until_ms", BIG, nullable=False),
        sa.Column("failures", BIG, nullable=False),
        sa.Column("reconcile_ms", BIG, nullable=False),
        sa.Column("reconciled_ms", BIG, nullable=True),
        sa.Column("wanted", BIG, nullable=True),
        sa.Column("foreign_entries", BIG, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_key"], ["connection.key"], name="fk_firewall_work_connection_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenant.key"], name="fk_firewall_work_tenant_key"),
        sa.PrimaryKeyConstraint("connection_key", name="pk_firewall_work"),
    )
    op.create_index("ix_firewall_work_reconcile_ms", "firewall_work", ["reconcile_ms"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_firewall_work_reconcile_ms", table_name="firewall_work")
    op.drop_table("firewall_work")
    op.drop_index("ux_block_receipt_block_connection", table_name="block_receipt")
    op.drop_index("ix_block_receipt_connection_due", table_name="block_receipt")
    op.drop_table("block_receipt")
    op.drop_table("block_list_text")
    op.drop_table("block_list_pull")
    op.drop_index("ix_block_drift_tenant_key_at_ms", table_name="block_drift")
    op.drop_table("block_drift")
    op.drop_table("block_list")
    op.drop_index("ix_block_tenant_key_created_ms", table_name="block")
    op.drop_index("ix_block_state", table_name="block")
    op.drop_index("ix_block_network", table_name="block")
    op.drop_index("ix_block_expires_ms", table_name="block")
    op.drop_index("ix_block_asked_by_created_ms", table_name="block")
    op.drop_table("block")
    op.drop_index("ix_allowed_network_tenant_key", table_name="allowed_network")
    op.drop_table("allowed_network")
