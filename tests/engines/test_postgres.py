"""The PostgreSQL of the tests answers, is its own, and is empty for the next test."""

import pytest
from sqlalchemy import text

from lamis.storage.state import set_state, state
from tests.engines.postgres import PostgresServer


@pytest.mark.engine
def test_what_one_test_wrote_the_next_does_not_find(postgres_server: PostgresServer) -> None:
    for _ in range(2):
        with postgres_server.migrated() as name:
            database = postgres_server.opened(name)
            with database.write() as session:
                assert state(session, "name") is None
                set_state(session, "name", "value")
                assert session.scalar(text("SELECT lamis_add_day(9000)"))
                assert session.scalar(text("SELECT nextval('label_number')")) == 1
            database.close()
