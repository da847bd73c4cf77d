"""The same promise on both engines."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select, update

from lamis.connections.models import Connection
from lamis.storage.dialects import alone, insert_if_new, json_merged, one_of
from lamis.storage.engine import Database
from lamis.storage.state import set_state, state
from lamis.storage.tables import InstallationState
from tests.alerts.world import settle

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


def test_facts_are_changed_and_taken_away_in_a_json_object(database: Database) -> None:
    settle(database)
    for facts in ({"a": 1, "b": "it's \u00fc \\", "c": None}, {"a": None, "d": [1, {"e": True}], "x": None}):
        with database.write() as session:
            session.execute(
                update(Connection)
                .where(Connection.key == 1)
                .values(health=json_merged(Connection.health, facts))
                .execution_options(synchronize_session=False)
            )
    with database.read() as session:
        row = session.get(Connection, 1)
        assert row is not None
        assert row.health == {"b": "it's \u00fc \\", "d": [1, {"e": True}]}


def test_a_text_is_sought_in_a_list_of_any_length(database: Database) -> None:
    settle(database)
    query = select(Connection.key).where(one_of(Connection.id, "ids")).order_by(Connection.key)
    with database.read() as session:
        ids = {row.key: row.id for row in session.scalars(select(Connection))}
        for wanted in ([], [1], [1, 3]):
            texts = [ids[key] for key in wanted] + [f"none '\" {number}" for number in range(50)]
            assert list(session.scalars(query, {"ids": texts})) == wanted
        assert not session.scalars(query, {"ids": []}).all()
