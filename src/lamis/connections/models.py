"""The tables of connections: what was configured, how it fares, and the windows of its time."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lamis.storage.tables import BIG, Table


class Connection(Table):
    """One configured outside system. `sealed` holds the encrypted secrets as one JSON text.

    A removed connection keeps its row (without secrets) so that its alerts keep their label.
    `claimed_until_ms` and `fence` make collecting one claimed job; `due_ms` says when the next is due.
    `tokens_milli` thousandths of a request were left at `tokens_ms`: whichever worker asks, keeps to them.
    """

    __tablename__ = "connection"
    __table_args__ = (
        Index("ix_connection_due_ms", "due_ms"),
        Index("ix_connection_tenant_key", "tenant_key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    tenant_key: Mapped[int] = mapped_column(BIG, ForeignKey("tenant.key"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    name_folded: Mapped[str] = mapped_column(String(240))
    urls: Mapped[list[str]] = mapped_column(JSON)
    username: Mapped[str] = mapped_column(String(200), default="")
    sealed: Mapped[str | None]
    trust_mode: Mapped[str] = mapped_column(String(12), default="system")
    ca_pem: Mapped[str | None]
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    client_cert_pem: Mapped[str | None]
    index_pattern: Mapped[str | None] = mapped_column(String(500))
    dashboard_url: Mapped[str | None] = mapped_column(String(500))
    poll_s: Mapped[int] = mapped_column(default=10)
    level_floor: Mapped[int | None]
    backfill: Mapped[str] = mapped_column(String(10), default="24h")
    may_reach_private: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_ms: Mapped[int]
    changed_ms: Mapped[int]
    removed_ms: Mapped[int | None]

    generation: Mapped[str | None] = mapped_column(String(2))
    cluster_uuid: Mapped[str | None] = mapped_column(String(64))
    identity_fingerprint: Mapped[str | None] = mapped_column(String(64))
    identity_checked_ms: Mapped[int] = mapped_column(default=0)
    is_identity_in_doubt: Mapped[bool] = mapped_column(default=False)

    due_ms: Mapped[int] = mapped_column(default=0)
    claimed_until_ms: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    refresh_asked: Mapped[int] = mapped_column(default=0)
    refresh_done: Mapped[int] = mapped_column(default=0)
    tokens_milli: Mapped[int | None]
    tokens_ms: Mapped[int | None]

    last_try_ms: Mapped[int | None]
    last_good_ms: Mapped[int | None]
    failing_since_ms: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(30))
    error_text: Mapped[str | None]
    newest_ms: Mapped[int | None]
    lag_ms: Mapped[int | None]
    page_size: Mapped[int] = mapped_column(default=2000)
    health: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class FirewallPart(Table):
    """What a firewall has beside the columns of its connection.

    `own_networks` are its addresses and gateways as texts, read at `own_read_ms`. `tested_ms` is
    when it was last tested, which is more than having answered. `entries` and `drift`
    are what the comparison at `compared_ms` found.
    """

    __tablename__ = "firewall"

    connection_key: Mapped[int] = mapped_column(
        BIG, ForeignKey("connection.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    alias: Mapped[str] = mapped_column(String(31))
    may_create: Mapped[bool] = mapped_column(default=False)
    own_networks: Mapped[list[str]] = mapped_column(JSON, default=list)
    own_read_ms: Mapped[int | None]
    tested_ms: Mapped[int | None]
    entries: Mapped[int | None]
    drift: Mapped[int | None]
    compared_ms: Mapped[int | None]


class Window(Table):
    """A stretch of a source's time: the poll, the back-fill, the sweep and the ledger line at once.

    Half-open [from_ms, to_ms); `from_ms` is LOWEST where it has no beginning, `to_ms` HIGHEST where it
    has no end; `kind` "undated" holds documents without a time. `there` is what the source said when
    it was last counted, `read_there` the count of the last complete read (`mark` and `read_mark` tell
    which documents they were, see `types.Count`), `here` the alerts kept,
    `refused` the re-sent ones refused. `checks` is 0 before it was first counted, then 1, and one more for
    each reading in vain since its numbers last agreed. `state` is a `types.WindowState`.
    """

    __tablename__ = "source_window"
    __table_args__ = (
        Index("ux_window_connection_kind_from", "connection_key", "kind", "from_ms", unique=True),
        Index("ix_window_connection_next", "connection_key", "next_check_ms"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    connection_key: Mapped[int] = mapped_column(BIG, ForeignKey("connection.key", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    from_ms: Mapped[int]
    to_ms: Mapped[int]
    there: Mapped[int | None]
    mark: Mapped[int | None]
    read_there: Mapped[int | None]
    read_mark: Mapped[int | None]
    here: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10))
    checks: Mapped[int] = mapped_column(default=0)
    checked_ms: Mapped[int | None]
    read_ms: Mapped[int | None]
    next_check_ms: Mapped[int] = mapped_column(default=0)
