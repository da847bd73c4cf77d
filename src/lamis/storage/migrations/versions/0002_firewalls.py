"""Firewalls: what they have beside the columns of a connection."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("firewall")
