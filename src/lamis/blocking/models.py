"""The tables of blocking: wishes, receipts, what each firewall has to do, lists and allow-lists."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lamis.storage.tables import BIG, Table


class BlockRow(Table):
    """The wish that a network is dropped. `standing` is `tenant:network` while it stands, so one does."""

    __tablename__ = "block"
    __table_args__ = (
        Index("ix_block_tenant_key_changed_ms", "tenant_key", "changed_ms"),
        Index("ix_block_network", "network"),
        Index("ix_block_expires_ms", "expires_ms"),
        Index("ix_block_asked_by_created_ms", "asked_by", "created_ms"),
        Index("ix_block_state", "state"),
        Index("ix_block_changed_ms", "changed_ms"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    network: Mapped[str] = mapped_column(String(50))
    sort: Mapped[str] = mapped_column(String(40))
    standing: Mapped[str | None] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str]
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    asked_by: Mapped[str] = mapped_column(String(26))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    asked_from: Mapped[str | None] = mapped_column(String(50))
    alert_id: Mapped[str | None] = mapped_column(String(26))
    is_chosen: Mapped[bool] = mapped_column(default=False)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    overridden: Mapped[list[str]] = mapped_column(JSON, default=list)
    override_reason: Mapped[str] = mapped_column(default="")
    list_number: Mapped[int] = mapped_column(default=0)
    created_ms: Mapped[int]
    changed_ms: Mapped[int]
    expires_ms: Mapped[int | None]
    lifted_ms: Mapped[int | None]
    lifted_by: Mapped[str] = mapped_column(String(200), default="")
    lift_why: Mapped[str] = mapped_column(String(400), default="")


class ReceiptRow(Table):
    """One firewall's part of one block: what it was asked, what it showed. `due_ms` None: nothing to do.

    `is_foreign`: the entry stood there before we asked for it, so it is not ours to take away.
    """

    __tablename__ = "block_receipt"
    __table_args__ = (
        Index("ux_block_receipt_block_connection", "block_key", "connection_key", unique=True),
        Index("ix_block_receipt_connection_due", "connection_key", "due_ms"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    block_key: Mapped[int] = mapped_column(BIG, ForeignKey("block.key", ondelete="CASCADE"))
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    connection_key: Mapped[int] = mapped_column(BIG, ForeignKey("connection.key", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10))
    is_foreign: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    was_tried: Mapped[bool] = mapped_column(default=False)
    due_ms: Mapped[int | None]
    at_ms: Mapped[int]
    detail: Mapped[str] = mapped_column(default="")
    steps: Mapped[list[Any]] = mapped_column(JSON, default=list)


class FirewallWork(Table):
    """What one firewall has to do is one claimed job, so that its calls never overlap."""

    __tablename__ = "firewall_work"
    __table_args__ = (Index("ix_firewall_work_reconcile_ms", "reconcile_ms"),)

    connection_key: Mapped[int] = mapped_column(
        BIG, ForeignKey("connection.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    claimed_until_ms: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    rests_until_ms: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    reconcile_ms: Mapped[int] = mapped_column(default=0)
    reconciled_ms: Mapped[int | None]
    wanted: Mapped[int | None]
    foreign_entries: Mapped[int | None]
    error: Mapped[str | None]


class Drift(Table):
    """Something a reconcile found otherwise than wanted, and put right."""

    __tablename__ = "block_drift"
    __table_args__ = (Index("ix_block_drift_tenant_key_at_ms", "tenant_key", "at_ms"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    connection_key: Mapped[int] = mapped_column(BIG, ForeignKey("connection.key", ondelete="CASCADE"))
    at_ms: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    network: Mapped[str | None] = mapped_column(String(50))
    n: Mapped[int]


class AllowedRow(Table):
    """A network that a tenant never wants blocked."""

    __tablename__ = "allowed_network"
    __table_args__ = (Index("ix_allowed_network_tenant_key", "tenant_key"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    network: Mapped[str] = mapped_column(String(50))
    sort: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(400), default="")
    added_by: Mapped[str] = mapped_column(String(200))
    created_ms: Mapped[int]


class BlockList(Table):
    """The list of a tenant that firewalls pull. `number` counts its changes; of the token, a digest."""

    __tablename__ = "block_list"

    tenant_key: Mapped[int] = mapped_column(
        BIG, ForeignKey("tenant.key"), primary_key=True, autoincrement=False
    )
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    number: Mapped[int] = mapped_column(default=1)
    has_inert_line: Mapped[bool] = mapped_column(default=False)
    changed_ms: Mapped[int]
    made_ms: Mapped[int | None]


class BlockListText(Table):
    """The list as it is served, made once per `number`; gzip beside it."""

    __tablename__ = "block_list_text"

    tenant_key: Mapped[int] = mapped_column(
        BIG, ForeignKey("block_list.tenant_key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    family: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    changed_ms: Mapped[int]
    etag: Mapped[str] = mapped_column(String(64))
    lines: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class BlockListPull(Table):
    """Who pulls a list: one row per address, program and family, with what it last got."""

    __tablename__ = "block_list_pull"

    tenant_key: Mapped[int] = mapped_column(
        BIG, ForeignKey("block_list.tenant_key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    family: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(50), primary_key=True)
    agent: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int]
    pulled_ms: Mapped[int]
    pulls: Mapped[int] = mapped_column(default=1)
