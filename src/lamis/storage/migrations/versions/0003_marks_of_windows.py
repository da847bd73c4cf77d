"""Marks of windows: which documents were counted, and which were read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("source_window", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark", _NUMBER, nullable=True))
        batch_op.add_column(sa.Column("read_mark", _NUMBER, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("source_window", schema=None) as batch_op:
        batch_op.drop_column("read_mark")
        batch_op.drop_column("mark")
