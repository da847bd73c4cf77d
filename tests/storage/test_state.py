"""Facts about the installation are kept, changed and forgotten."""

from lamis.storage.engine import Database
from lamis.storage.state import set_state, state


def test_a_fact_is_kept_changed_and_forgotten(database: Database) -> None:
    for value in ("one", "two", None, None, "three"):
        with database.write() as session:
            set_state(session, "name", value)
        with database.read() as session:
            assert state(session, "name") == value
