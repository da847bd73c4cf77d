"""Facts about the installation are kept, changed and forgotten."""

import threading

from lamis.storage.engine import Database
from lamis.storage.state import hold_installation, installation_mark, set_state, state
from tests.engines.waiting import PATIENCE_S


def test_a_fact_is_kept_changed_and_forgotten(database: Database) -> None:
    for value in ("one", "two", None, None, "three"):
        with database.write() as session:
            set_state(session, "name", value)
        with database.read() as session:
            assert state(session, "name") == value


def test_who_reads_sees_one_state_throughout(database: Database) -> None:
    with database.read() as reading:
        assert state(reading, "name") is None
        with database.write() as session:
            set_state(session, "name", "new")
        assert state(reading, "name") is None


def test_an_installation_has_one_mark_for_good(database: Database) -> None:
    def mark() -> str:
        with database.write() as session:
            return installation_mark(session)

    first = mark()
    assert len(first) == 8
    assert mark() == first


def test_who_asks_for_the_installation_waits_for_whoever_has_it(database: Database) -> None:
    order: list[str] = []
    begun = threading.Event()

    def ask() -> None:
        begun.set()
        with database.write() as session:
            hold_installation(session)
            order.append("other")

    other = threading.Thread(target=ask)
    with database.write() as session:
        hold_installation(session)
        other.start()
        assert begun.wait(PATIENCE_S)
        order.append("one")
    other.join(PATIENCE_S)
    assert order == ["one", "other"]
