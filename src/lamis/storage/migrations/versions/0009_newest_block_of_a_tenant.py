"""Find the newest change of a tenant's blocks without looking at all of them."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_block_tenant_key_changed_ms", "block", ["tenant_key", "changed_ms"], unique=False)
    op.drop_index("ix_block_tenant_key_created_ms", table_name="block")


def downgrade() -> None:
    op.create_index("ix_block_tenant_key_created_ms", "block", ["tenant_key", "created_ms"], unique=False)
    op.drop_index("ix_block_tenant_key_changed_ms", table_name="block")
