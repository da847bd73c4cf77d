"""The tables of incidents: the rows people work on, what happened to them, and the last number given."""

from sqlalchemy import Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from lamis.storage.tables import BIG, Table

_NOT_CLOSED = text("state <> 'closed'")


class Incident(Table):
    """Like alerts of a tenant. Its key is the number people say, counted from 1 over the installation.

    `fingerprint` says which alerts are like. `count` is how many ever belonged to it, `expired` how many of
    those were deleted since. `source_address` is the one all of them share. `opened_ms` is when it was
    last opened or reopened. `journal_number` is that of the entry that changed it last. `previous_key`
    is the closed incident of like alerts before it.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "ux_incident_waiting",
            "tenant_key",
            "fingerprint",
            unique=True,
            sqlite_where=_NOT_CLOSED,
            postgresql_where=_NOT_CLOSED,
        ),
        Index("ix_incident_fingerprint", "tenant_key", "fingerprint", "key"),
        Index("ix_incident_journal", "tenant_key", "journal_number"),
        Index("ix_incident_state", "state", "opened_ms", "key"),
        Index("ix_incident_tenant_state", "tenant_key", "state", "opened_ms", "key"),
        Index("ix_incident_previous", "previous_key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = synonym("key")
    id: Mapped[str] = mapped_column(String(26), unique=True)
    tenant_key: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(32))
    title: Mapped[str]
    severity: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(12))
    count: Mapped[int]
    expired: Mapped[int] = mapped_column(default=0, server_default="0")
    first_ms: Mapped[int]
    last_ms: Mapped[int]
    opened_ms: Mapped[int]
    rule: Mapped[str | None] = mapped_column(String(512))
    device: Mapped[str | None] = mapped_column(String(512))
    source_address: Mapped[str | None] = mapped_column(String(45))
    assignee_id: Mapped[str | None] = mapped_column(String(26))
    verdict: Mapped[str | None] = mapped_column(String(20))
    closed_ms: Mapped[int | None] = mapped_column(BIG)
    muted_until_ms: Mapped[int | None] = mapped_column(BIG)
    journal_number: Mapped[int] = mapped_column(default=0)
    previous_key: Mapped[int | None] = mapped_column(BIG)


class IncidentHappening(Table):
    """What happened to an incident, beyond being seen again. `actor_id` is a person's id or "system".

    `text` is what somebody wrote; `detail` a verdict, the id of a person, or a time.
    """

    __tablename__ = "incident_happening"
    __table_args__ = (Index("ix_incident_happening_incident_key", "incident_key", "key"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    incident_key: Mapped[int]
    tenant_key: Mapped[int]
    at_ms: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(String(200), default="")


class IncidentCounter(Table):
    """The last number given. Whoever opens incidents holds this row, so that nobody opens one twice."""

    __tablename__ = "incident_counter"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
