"""Incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NOT_CLOSED = sa.text("state <> 'closed'")
_IN_INCIDENT = sa.text("incident_key IS NOT NULL")
_INDEXES = (
    ("ix_incident_fingerprint", ("tenant_key", "fingerprint", "key")),
    ("ix_incident_journal", ("tenant_key", "journal_number")),
    ("ix_incident_state", ("state", "opened_ms", "key")),
    ("ix_incident_tenant_state", ("tenant_key", "state", "opened_ms", "key")),
    ("ix_incident_previous", ("previous_key",)),
)


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("key", _BIG, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tenant_key", _BIG, nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("count", _BIG, nullable=False),
        sa.Column("expired", _BIG, server_default="0", nullable=False),
        sa.Column("first_ms", _BIG, nullable=False),
        sa.Column("last_ms", _BIG, nullable=False),
        sa.Column("opened_ms", _BIG, nullable=False),
        sa.Column("rule", sa.String(length=512), nullable=True),
        sa.Column("device", sa.String(length=512), nullable=True),
        sa.Column("source_address", sa.String(length=45), nullable=True),
        sa.Column("assignee_id", sa.String(length=26), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("closed_ms", _BIG, nullable=True),
        sa.Column("muted_until_ms", _BIG, nullable=True),
        sa.Column("journal_number", _BIG, nullable=False),
        sa.Column("previous_key", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_incident")),
        sa.UniqueConstraint("id", name=op.f("uq_incident_id")),
    )
    for name, columns in _INDEXES:
        op.create_index(name, "incident", list(columns))
    op.create_index(
        "ux_incident_waiting",
        "incident",
        ["tenant_key", "fingerprint"],
        unique=True,
        sqlite_where=_NOT_CLOSED,
        postgresql_where=_NOT_CLOSED,
    )
    op.create_table(
        "incident_happening",
        sa.Column("key", _BIG, nullable=False),
        sa.Column("incident_key", _BIG, nullable=False),
        sa.Column("tenant_key", _BIG, nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_incident_happening")),
    )
    op.create_index("ix_incident_happening_incident_key", "incident_happening", ["incident_key", "key"])
    op.create_table(
        "incident_counter",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("last", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_incident_counter")),
    )
    op.create_index(
        "ix_alert_incident",
        "alert",
        ["incident_key", "key"],
        sqlite_where=_IN_INCIDENT,
        postgresql_where=_IN_INCIDENT,
    )


def downgrade() -> None:
    op.drop_index("ix_alert_incident", "alert")
    op.drop_table("incident_counter")
    op.drop_table("incident_happening")
    op.drop_table("incident")
