"""Taking a page into incidents: what others do meanwhile is seen."""

from lamis.alerts.types import Batch
from lamis.incidents.receiving import Received
from lamis.incidents.types import Policy
from lamis.storage.engine import Database
from tests.alerts.world import NOW, document, settle
from tests.incidents.world import high, row, take


def test_numbers_have_no_gaps_over_pages(database: Database) -> None:
    settle(database)
    for number in range(3):
        with database.ingest() as session:
            received = Received(session, Batch(1, 1, "connection-1", ()), Policy(), NOW)
            fresh = [(key, high(key, device=f"d{number}{key}").fields) for key in (1, 2)]
            given = received.assign(fresh)
            received.write(1)
            assert sorted(given.values()) == [number * 2 + 1, number * 2 + 2]


def test_a_page_without_a_bad_alert_asks_and_writes_nothing(database: Database) -> None:
    settle(database)
    with database.ingest() as session:
        received = Received(session, Batch(1, 1, "connection-1", ()), Policy(), NOW)
        assert received.assign([(1, document(1).fields)]) == {}
        received.write(1)
        assert not session.new


def test_an_alert_seen_again_moves_the_incident_to_its_journal_entry(database: Database) -> None:
    settle(database)
    take(database, high(1))
    take(database, high(2))
    with database.read() as session:
        moved = session.connection().exec_driver_sql("SELECT journal_number FROM incident").scalar_one()
        brought = session.connection().exec_driver_sql("SELECT max(journal_number) FROM alert").scalar_one()
    assert moved == brought == 3
    assert row(database).count == 2
