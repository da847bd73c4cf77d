"""What the two engines do differently, behind one name each, for rooms that write no SQL of their own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table as SqlTable
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lamis.storage.tables import Table

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def alone(session: Session, name: str) -> None:
    """From here to the end of the transaction nobody else is past the same line with the same `name`.

    For rules that look before they write: that a name is free, that an operator is left. Call it before
    looking. On SQLite a write transaction is alone from its beginning.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ALONE, {"name": f"lamis.{name}"})


def insert_if_new(session: Session, model: type[Table], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique values is there already; True where it was inserted.

    Unlike a caught error, this leaves the transaction usable on PostgreSQL.
    """
    table = model.__table__
    assert isinstance(table, SqlTable)
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return session.execute(statement).first() is not None
