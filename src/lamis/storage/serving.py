"""Who may serve one PostgreSQL database at the same time: one process alone, or any number that share it.

The server holds the lock for as long as the process's connection lives, so that nobody has to free it.
"""

import threading
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from lamis.base.errors import Conflict
from lamis.base.log import logger
from lamis.storage.engine import Database

HOLD_S = 10.0
STOP_S = 2.0
_log = logger("storage")
_LOCK = 0x1A315_5EB7E  # any number, the same in each process


class DatabaseLock:
    """Held while a process serves. Raises Conflict where that cannot be beside those who do already.

    `start` has it taken again after the server was restarted, which frees it.
    """

    def __init__(self, database: Database, *, is_alone: bool) -> None:
        self._database = database
        self._take = text(f"SELECT pg_try_advisory_lock{'' if is_alone else '_shared'}(:lock)")
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lamis-serving", daemon=True)
        self._connection = self._connected()
        self._is_held = self._taken()
        if not self._is_held:
            self.release()
            raise Conflict(_alone(database) if is_alone else _shared(database))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> bool:
        self._is_stopped.set()
        self._thread.join(STOP_S)
        return not self._thread.is_alive()

    def hold(self) -> None:
        """Take it again where the connection that held it broke."""
        try:
            self._connection.scalar(text("SELECT 1"))
        except SQLAlchemyError:
            self._is_held = False
            self.release()
            self._connection = self._connected()
        if self._is_held:
            return
        self._is_held = self._taken()
        if not self._is_held:
            _log.error("another process serves the same database by now; stop one of the two")

    def release(self) -> None:
        if not self._connection.closed:
            self._connection.invalidate()  # back in the pool it would keep the lock
            self._connection.close()

    def _taken(self) -> bool:
        return bool(self._connection.scalar(self._take, {"lock": _LOCK}))

    def _connected(self) -> Connection:
        return self._database.writer.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _keep(self) -> None:
        while not self._is_stopped.wait(HOLD_S):
            with suppress(SQLAlchemyError):  # a server that is away: then the next time
                self.hold()


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
