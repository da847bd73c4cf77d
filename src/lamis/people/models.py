"""The tables of people: persons, memberships, sign-in sessions, links and failed sign-ins."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lamis.storage.tables import BIG, Table


class Person(Table):
    """Somebody who signs in. `token_epoch` grows when every token of the person must end."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_folded: Mapped[str] = mapped_column(String(240), unique=True)
    password_hash: Mapped[str | None]
    is_operator: Mapped[bool] = mapped_column(default=False)
    created_ms: Mapped[int]
    removed_ms: Mapped[int | None]
    token_epoch: Mapped[int] = mapped_column(default=0)


class Membership(Table):
    """A person's role in a tenant."""

    __tablename__ = "membership"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    tenant_key: Mapped[int] = mapped_column(
        BIG, ForeignKey("tenant.key", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(10))


class WebSession(Table):
    """One signed-in browser; only the digest of its cookie is stored."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_person_id", "person_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    csrf: Mapped[str] = mapped_column(String(64))
    created_ms: Mapped[int]
    seen_ms: Mapped[int]
    expires_ms: Mapped[int]
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))
    tenant_key: Mapped[int | None] = mapped_column(BIG)


class PasswordLink(Table):
    """A one-time link to set a password; only its digest is stored. `made_by` is a person's id."""

    __tablename__ = "password_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    made_by: Mapped[str] = mapped_column(String(40))
    expires_ms: Mapped[int]
    used_ms: Mapped[int | None]


class FailedSignIn(Table):
    """Failed sign-ins by name digest and by address, for the throttle."""

    __tablename__ = "failed_sign_in"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int]
    last_ms: Mapped[int]
