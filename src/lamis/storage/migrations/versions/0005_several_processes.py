"""Several processes: who is the clock, what a source was asked, and the mark that their signals carry."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    lease = op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=26), nullable=False),
        sa.Column("until_ms", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.bulk_insert(lease, [{"name": "scheduler", "holder": "", "until_ms": 0}])
    op.add_column("connection", sa.Column("tokens_milli", BIG, nullable=True))
    op.add_column("connection", sa.Column("tokens_ms", BIG, nullable=True))
    facts = sa.table("installation_state", sa.column("name", sa.String), sa.column("value", sa.String))
    op.bulk_insert(facts, [{"name": "mark", "value": secrets.token_hex(4)}])


def downgrade() -> None:
    op.execute("DELETE FROM installation_state WHERE name = 'mark'")
    op.drop_column("connection", "tokens_ms")
    op.drop_column("connection", "tokens_milli")
    op.drop_table("lease")
