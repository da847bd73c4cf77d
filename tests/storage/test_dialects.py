"""The same promise on both engines."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from lamis.storage.dialects import alone, insert_if_new
from lamis.storage.engine import Database
from lamis.storage.state import set_state, state
from lamis.storage.tables import InstallationState

MANY = 6


def test_of_many_who_look_before_they_write_one_finds_it_free(database: Database) -> None:
    together = Barrier(MANY)

    def make(number: int) -> bool:
        together.wait()
        with database.write() as session:
            alone(session, "state")
            if state(session, "name") is not None:
                return False
            set_state(session, "name", str(number))
            return True

    with ThreadPoolExecutor(MANY) as pool:
        assert sum(pool.map(make, range(MANY))) == 1


def test_what_is_there_is_left_and_the_transaction_goes_on(database: Database) -> None:
    with database.write() as session:
        assert insert_if_new(session, InstallationState, {"name": "a", "value": "1"})
        assert not insert_if_new(session, InstallationState, {"name": "a", "value": "2"})
        assert insert_if_new(session, InstallationState, {"name": "b", "value": "3"})
    with database.read() as session:
        assert (state(session, "a"), state(session, "b")) == ("1", "3")
