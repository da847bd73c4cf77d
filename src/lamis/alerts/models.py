"""The tables of alerts: narrow columns, documents apart, tags for filters, kept counts.

`key` is (time clamped to [2000, now + 1 day], milliseconds since 2000) << 20 | 20 bits of a digest of the
origin, moved up until free: newest first is one walk down an index. The text index `alert_text`
is made by the migration; its rows are the keys of alerts. On SQLite it is an FTS5 table without content, on
PostgreSQL a view of the words in `alert_word`. There, what grows with the alerts lies in a partition
for each day, and `alert_origin` holds where each came from.
"""

from sqlalchemy import Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lamis.storage.tables import BIG, Table


class SourceIndex(Table):
    """The name of a source's index, once."""

    __tablename__ = "source_index"

    key: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)


class Label(Table):
    """A short text that many alerts share.

    `kind`: rule, device, user, group, mitre, level, address (the source's), state ("unreadable").
    The key lies in the range of its kind, see `rules.label_range`.
    """

    __tablename__ = "label"
    __table_args__ = (Index("ux_label_kind_text", "kind", "text", unique=True),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(512))


class Alert(Table):
    """One alert. Columns and document never change; tenant and incident are assignments.

    `labels` holds the keys of all its labels, four bytes each: what its tags are when it goes again.
    """

    __tablename__ = "alert"
    __table_args__ = (
        # On PostgreSQL no index spans partitions: there the table alert_origin holds it.
        Index("ux_alert_origin", "connection_key", "index_key", "doc_id", unique=True).ddl_if("sqlite"),
        Index(
            "ix_alert_identity",
            "connection_key",
            "identity",
            sqlite_where=text("identity IS NOT NULL"),
            postgresql_where=text("identity IS NOT NULL"),
        ),
        Index("ix_alert_tenant_severity", "tenant_key", "severity", "key"),
        Index("ix_alert_tenant", "tenant_key", "key"),
        Index("ix_alert_connection", "connection_key", "key"),
        Index("ix_alert_journal", "tenant_key", "journal_number"),
        Index(
            "ix_alert_incident",
            "incident_key",
            "key",
            sqlite_where=text("incident_key IS NOT NULL"),
            postgresql_where=text("incident_key IS NOT NULL"),
        ),
        # Documents whose key does not tell their time: none, before 2000, far in the future, moved up.
        Index(
            "ix_alert_odd_time",
            "connection_key",
            "time_ms",
            sqlite_where=text("time_ms IS NULL OR time_ms <> (key >> 20) + 946684800000"),
            postgresql_where=text("time_ms IS NULL OR time_ms <> (key >> 20) + 946684800000"),
        ),
        {"postgresql_partition_by": "RANGE (key)"},
    )

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_key: Mapped[int]
    connection_key: Mapped[int]
    index_key: Mapped[int]
    doc_id: Mapped[str] = mapped_column(String(512))
    identity: Mapped[int | None] = mapped_column(BIG)
    is_finding: Mapped[bool] = mapped_column(default=False)
    time_ms: Mapped[int | None]
    stored_ms: Mapped[int]
    severity: Mapped[int] = mapped_column(SmallInteger)
    level: Mapped[int | None] = mapped_column(SmallInteger)
    rule_label: Mapped[int | None] = mapped_column(BIG)
    device_label: Mapped[int | None] = mapped_column(BIG)
    user_label: Mapped[int | None] = mapped_column(BIG)
    device_ref: Mapped[str | None]
    title: Mapped[str]
    source_address: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    incident_key: Mapped[int | None] = mapped_column(BIG)
    journal_number: Mapped[int]
    unreadable: Mapped[str | None]
    labels: Mapped[bytes]


class AlertDocument(Table):
    """The document as the source sent it, compressed with a dictionary (0: not compressed).

    `text_version` is that of the text function whose answer is in the text index (0: not in it).
    `addresses` are all addresses of the document, 16 bytes each.
    """

    __tablename__ = "alert_document"
    __table_args__ = ({"postgresql_partition_by": "RANGE (alert_key)"},)

    alert_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_key: Mapped[int]
    dictionary_key: Mapped[int]
    size_bytes: Mapped[int]
    text_version: Mapped[int] = mapped_column(SmallInteger)
    addresses: Mapped[bytes]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class AlertTag(Table):
    """Which alerts carry a label: rule, device, user, groups, MITRE, level, state; newest last."""

    __tablename__ = "alert_tag"
    __table_args__ = ({"sqlite_with_rowid": False, "postgresql_partition_by": "RANGE (alert_key)"},)

    tenant_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alert_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class AlertAddress(Table):
    """All addresses of an alert as 16 bytes (IPv4 mapped into IPv6), so that a network is a range."""

    __tablename__ = "alert_address"
    __table_args__ = ({"sqlite_with_rowid": False, "postgresql_partition_by": "RANGE (alert_key)"},)

    tenant_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    address: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    alert_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class RefusedDocument(Table):
    """A re-sent alert: same identity and content under a new `_id`; it keeps a row so that reads balance."""

    __tablename__ = "refused_document"
    __table_args__ = (
        Index("ux_refused_origin", "connection_key", "index_key", "doc_id", unique=True),
        Index("ix_refused_kept", "kept_key"),
        Index("ix_refused_time", "connection_key", "time_ms"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    connection_key: Mapped[int]
    index_key: Mapped[int]
    doc_id: Mapped[str] = mapped_column(String(512))
    time_ms: Mapped[int | None]
    kept_key: Mapped[int]
    seen_ms: Mapped[int]


class AlertCount(Table):
    """Alerts per quarter of an hour (since 1970) and severity, kept in the ingest commit."""

    __tablename__ = "alert_count"
    __table_args__ = ({"sqlite_with_rowid": False},)

    tenant_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    connection_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    severity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_finding: Mapped[bool] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]


class AlertFacet(Table):
    """Alerts per hour (since 1970), label and severity, kept in the ingest commit."""

    __tablename__ = "alert_facet"
    __table_args__ = ({"sqlite_with_rowid": False},)

    tenant_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    severity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]


class DocumentDictionary(Table):
    """A zstd dictionary that stored documents need; shipped with a version, never trained on theirs."""

    __tablename__ = "document_dictionary"

    key: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(20), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
