"""The time of the database server."""

from datetime import UTC, datetime, timedelta

import pytest

from lamis.base.clock import utc_now
from lamis.storage.database_clock import EVERY_S, DatabaseClock
from lamis.storage.engine import Database

YEARS_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Hands:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.engine
def test_a_machine_whose_clock_is_wrong_goes_by_the_server(postgres_database: Database) -> None:
    hands = Hands()
    clock = DatabaseClock(postgres_database, here=lambda: YEARS_AGO, monotonic=hands)
    assert abs(clock() - utc_now()) < timedelta(minutes=1)
    first = clock.ahead
    clock()
    assert clock.ahead == first
    hands.now += EVERY_S
    clock()
    assert clock.ahead >= first


@pytest.mark.engine
def test_a_server_that_does_not_answer_changes_nothing(postgres_database: Database) -> None:
    hands = Hands()
    clock = DatabaseClock(postgres_database, here=lambda: YEARS_AGO, monotonic=hands)
    clock()
    before = clock.ahead
    with postgres_database.reader.connect() as broken:
        broken.connection.driver_connection.close()  # type: ignore[union-attr]  # it is there
        broken.invalidate()
    hands.now += EVERY_S
    assert abs(clock() - YEARS_AGO - before) < timedelta(minutes=1)


def test_a_file_has_the_clock_of_its_machine(sqlite_database: Database) -> None:
    clock = DatabaseClock(sqlite_database, here=lambda: YEARS_AGO)
    assert clock() == YEARS_AGO
