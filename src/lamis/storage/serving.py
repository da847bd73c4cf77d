"""Who may serve one PostgreSQL database at the same time: one process alone, or any number that share it.

The server holds the lock for as long as the process's connection lives, so that nobody has to free it.
"""

from sqlalchemy import Connection, text

from lamis.base.errors import Conflict
from lamis.storage.engine import Database

_LOCK = 0x1A315_5EB7E  # any number, the same in each process


class DatabaseLock:
    """Held while a process serves. Raises Conflict where that cannot be beside those who do already."""

    def __init__(self, database: Database, *, is_alone: bool) -> None:
        self._connection = database.writer.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not self._taken("pg_try_advisory_lock" + ("" if is_alone else "_shared")):
            self._connection.close()
            raise Conflict(_alone(database) if is_alone else _shared(database))

    def _taken(self, function: str) -> bool:
        return bool(self._connection.scalar(text(f"SELECT {function}(:lock)"), {"lock": _LOCK}))

    def release(self) -> None:
        self._connection.invalidate()  # back in the pool it would keep the lock
        self._connection.close()


def is_served(connection: Connection) -> bool:
    """Whether any process serves the database now."""
    held = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (classid::bigint << 32) + objid::bigint = :lock"
    )
    return bool(connection.scalar(held, {"lock": _LOCK}))


def _alone(database: Database) -> str:
    return (
        f"Another LAMIS process already serves {database.shown}; stop it, or give LAMIS_REDIS_URL to all, "
        "which several processes need."
    )


def _shared(database: Database) -> str:
    return f"A LAMIS process without LAMIS_REDIS_URL already serves {database.shown} alone; stop it first."
