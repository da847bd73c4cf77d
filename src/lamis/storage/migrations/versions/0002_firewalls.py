"""Firewalls: what they have beside the columns of a connection."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _bring_up_to_date()
    op.create_table(
        "firewall",
        sa.Column("connection_key", BIG, autoincrement=False, nullable=False),
        sa.Column("alias", sa.String(length=31), nullable=False),
        sa.Column("may_create", sa.Boolean(), nullable=False),
        sa.Column("own_networks", sa.JSON(), nullable=False),
        sa.Column("own_read_ms", BIG, nullable=True),
        sa.Column("tested_ms", BIG, nullable=True),
        sa.Column("entries", BIG, nullable=True),
        sa.Column("drift", BIG, nullable=True),
        sa.Column("compared_ms", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_key"], ["connection.key"], name="fk_firewall_connection_key", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_key", name="pk_firewall"),
    )


def _bring_up_to_date() -> None:
    """What 0001 makes otherwise since PostgreSQL can be used, where `window` is a reserved word."""
    found = sa.inspect(op.get_bind())
    if found.has_table("window"):
        op.rename_table("window", "source_window")
    if "tenant_key" not in {column["name"] for column in found.get_columns("alert_document")}:
        op.add_column("alert_document", sa.Column("tenant_key", BIG, nullable=False, server_default="0"))
        op.execute(
            "UPDATE alert_document SET tenant_key ="
            " coalesce((SELECT a.tenant_key FROM alert a WHERE a.key = alert_document.alert_key), 0)"
        )


def downgrade() -> None:
    op.drop_table("firewall")
