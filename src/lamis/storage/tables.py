"""The base of every table, and the tables that belong to no room."""

from sqlalchemy import BigInteger, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


# SQLite makes a table's own row number of INTEGER only; its integers hold 64 bits all the same.
BIG = BigInteger().with_variant(Integer(), "sqlite")


class Table(DeclarativeBase):
    """Every mapped table. Times are integer milliseconds since 1970 (UTC) in columns named `…_ms`."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {int: BIG}  # noqa: RUF012 -- SQLAlchemy reads it from the class


class InstallationState(Table):
    """A few facts about the installation itself, such as whether collecting rests for want of disk."""

    __tablename__ = "installation_state"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class Lease(Table):
    """What only one process does at a time, such as being the clock; `until_ms` in the past is free."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(26))
    until_ms: Mapped[int]
