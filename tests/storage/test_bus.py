"""The bell after a commit."""

import pytest
from sqlalchemy.orm import Session

from lamis.storage.bus import Bell, Bus, tell
from lamis.storage.engine import Database


@pytest.fixture
def heard(database: Database) -> list[Bell]:
    heard: list[Bell] = []
    database.bus.listen(heard.append)
    return heard


def test_a_commit_that_told_something_rings_once(database: Database, heard: list[Bell]) -> None:
    with database.ingest() as session:
        tell(session)
        tell(session)
        assert heard == []
    assert heard == [Bell.STORED]
    with database.write() as session:
        tell(session)
    assert heard == [Bell.STORED, Bell.WRITTEN]


def test_a_silent_commit_and_a_rolled_back_one_ring_nothing(database: Database, heard: list[Bell]) -> None:
    with database.ingest():
        pass

    def fail(session: Session) -> None:
        tell(session)
        raise ValueError

    with pytest.raises(ValueError), database.write() as session:
        fail(session)
    assert heard == []


def test_a_listener_that_fails_hinders_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    bus, heard = Bus(), []

    def fail(_bell: Bell) -> None:
        raise RuntimeError

    bus.listen(fail)
    bus.listen(heard.append)
    bus.ring(Bell.STORED)
    assert heard == [Bell.STORED]


def test_who_stops_listening_hears_no_more() -> None:
    bus, heard = Bus(), []
    end = bus.listen(heard.append)
    end()
    end()
    bus.ring(Bell.STORED)
    assert heard == []
