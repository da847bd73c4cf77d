"""Several processes: who is the clock, and what a source was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=26), nullable=False),
        sa.Column("until_ms", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.add_column("connection", sa.Column("tokens_milli", BIG, nullable=True))
    op.add_column("connection", sa.Column("tokens_ms", BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("connection", "tokens_ms")
    op.drop_column("connection", "tokens_milli")
    op.drop_table("lease")
