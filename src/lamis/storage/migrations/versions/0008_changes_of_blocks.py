"""Find the newest change of a block without looking at all of them."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_block_changed_ms", "block", ["changed_ms"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_block_changed_ms", table_name="block")
