"""Seeing on PostgreSQL that somebody waits for a lock."""

from sqlalchemy import text

from lamis.storage.engine import Database
from tests.engines.waiting import wait_until

# Of this database alone, for other tests use the same server meanwhile; a wait for a row names no database.
_WAITERS = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT granted AND datname = current_database()"
)


def wait_for_a_waiter(database: Database, what: str) -> None:
    """Return as soon as a transaction waits for a lock. Raises TimeoutError naming `what`."""

    def somebody_waits() -> bool:
        with database.reader.connect() as connection:
            return bool(connection.scalar(_WAITERS))

    wait_until(somebody_waits, what=what)
