"""Reading every table whole, for a backup."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

ROWS_AT_ONCE = 2_000


def all_rows(session: Session, table: Table) -> Iterator[Sequence[Row[tuple[object, ...]]]]:
    """Every row of `table` in chunks, in the order of its primary key."""
    query = select(*table.columns).order_by(*table.primary_key.columns)
    found = session.connection().execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    yield from found.partitions()


def is_empty(session: Session, table: Table) -> bool:
    """Whether `table` has no row."""
    return session.execute(select(*table.primary_key.columns).limit(1)).first() is None
