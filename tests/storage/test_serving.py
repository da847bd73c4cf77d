"""Who may serve one database at the same time."""

from contextlib import ExitStack

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from lamis.base.errors import Conflict
from lamis.storage.engine import Database
from lamis.storage.serving import DatabaseLock, is_served
from tests.engines.waiting import wait_until

pytestmark = pytest.mark.engine


def served(database: Database) -> bool:
    with database.reader.connect() as connection:
        return is_served(connection)


def wait_until_free(database: Database) -> None:
    """The server frees a lock when it notices that the connection ended, a moment after that."""
    wait_until(lambda: not served(database), what="the lock free")


def test_one_process_alone_keeps_all_others_out_until_it_ends(postgres_database: Database) -> None:
    assert not served(postgres_database)
    lock = DatabaseLock(postgres_database, is_alone=True)
    assert served(postgres_database)
    for is_alone in (True, False):
        with pytest.raises(Conflict, match="already serves"):
            DatabaseLock(postgres_database, is_alone=is_alone)
    lock.release()
    wait_until_free(postgres_database)
    DatabaseLock(postgres_database, is_alone=True).release()


def test_many_share_it_and_keep_one_alone_out(postgres_database: Database) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.callback(DatabaseLock(postgres_database, is_alone=False).release)
        with pytest.raises(Conflict, match="LAMIS_REDIS_URL"):
            DatabaseLock(postgres_database, is_alone=True)
    wait_until_free(postgres_database)


def test_a_lock_that_a_restart_of_the_server_freed_is_taken_again(postgres_database: Database) -> None:
    lock = DatabaseLock(postgres_database, is_alone=True)
    lock.start()
    lock.hold()
    _break(lock)
    wait_until_free(postgres_database)
    lock.hold()
    with pytest.raises(Conflict):
        DatabaseLock(postgres_database, is_alone=False)
    assert lock.stop()
    lock.release()


def test_a_server_that_stays_away_for_a_while_is_no_end_of_the_lock(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = DatabaseLock(postgres_database, is_alone=True)

    def away() -> Connection:
        raise OperationalError("connecting", None, Exception("nobody there"))

    _break(lock)
    wait_until_free(postgres_database)
    with monkeypatch.context() as patch:
        patch.setattr(lock, "_connected", away)
        for _ in range(2):
            with pytest.raises(OperationalError):
                lock.hold()
    lock.hold()
    with pytest.raises(Conflict):
        DatabaseLock(postgres_database, is_alone=False)
    lock.release()


def test_a_lock_that_another_process_took_meanwhile_is_taken_again_after_it(
    postgres_database: Database,
) -> None:
    lock = DatabaseLock(postgres_database, is_alone=True)
    _break(lock)
    wait_until_free(postgres_database)
    other = DatabaseLock(postgres_database, is_alone=True)
    lock.hold()
    other.release()
    wait_until_free(postgres_database)
    lock.hold()
    with pytest.raises(Conflict):
        DatabaseLock(postgres_database, is_alone=False)
    lock.release()


def _break(lock: DatabaseLock) -> None:
    broken = lock._connection.connection.driver_connection
    assert broken is not None
    broken.close()
