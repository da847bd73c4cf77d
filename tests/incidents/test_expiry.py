"""Letting alerts go: counts add up, waiting incidents keep evidence, emptied ones go."""

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.incidents import actions_work, queries
from lamis.incidents.expiry import erase_connection, expire, forget_emptied
from lamis.incidents.queries_standing import evidence_kept, miscounted
from lamis.incidents.types import IncidentDetail, Verdict
from lamis.storage.engine import Database
from tests.alerts.world import NOW, ago, settle, text_of, total
from tests.incidents.world import high, later, rows, take


def detail(database: Database, number: int = 1) -> IncidentDetail:
    with database.read() as session:
        assert miscounted(session, EVERYTHING) == []
        return queries.incident_by_number(session, EVERYTHING, number, now=NOW)


def let_go(database: Database, *, hours: float) -> int:
    """All that is older than so many hours, in chunks of three."""
    before_ms, behind, gone = to_ms(ago(hours=hours)), -1, 0
    with database.read() as session:
        kept = evidence_kept(session, EVERYTHING, 1, before_ms=before_ms)
    while True:
        with database.ingest() as session:
            chunk = expire(session, 1, before_ms, 3, text_of=text_of, kept=kept, behind=behind)
        gone, behind = gone + chunk.n, chunk.last_key
        if chunk.is_end:
            return gone


def close(database: Database, number: int = 1) -> None:
    with database.write() as session:
        id_ = rows(database)[number - 1].id
        actions_work.close(session, SYSTEM, id_, verdict=Verdict.BENIGN, now=ago(hours=20))


def old_alerts(database: Database, count: int) -> None:
    settle(database)
    page = [high(n, at=ago(hours=30, minutes=n)) for n in range(count)]
    take(database, *page, now=ago(hours=30))


def test_a_waiting_incident_keeps_its_first_and_last_alerts(database: Database) -> None:
    old_alerts(database, 26)
    assert let_go(database, hours=1) == 6
    found = detail(database)
    assert (found.row.count, found.expired) == (26, 6)
    assert let_go(database, hours=1) == 0
    with database.read() as session:
        assert total(session, "alert") == 20


def test_a_closed_incident_lets_all_go_and_then_goes_itself(database: Database) -> None:
    old_alerts(database, 4)
    close(database)
    take(database, high(9, at=later(hours=1)), now=later(hours=1))
    assert let_go(database, hours=1) == 4
    assert detail(database).expired == 4
    with database.ingest() as session:
        assert forget_emptied(session, 1, before_ms=to_ms(ago(hours=25))) == 0
        assert forget_emptied(session, 2, before_ms=to_ms(NOW)) == 0
        assert forget_emptied(session, 1, before_ms=to_ms(NOW)) == 1
    assert [row.number for row in rows(database)] == [2]
    assert detail(database, 2).previous is None
    with database.read() as session:
        assert total(session, "incident_happening") == 0


def test_erasing_a_source_takes_evidence_too_and_still_adds_up(database: Database) -> None:
    old_alerts(database, 3)
    take(database, high(7), connection=2)
    with database.ingest() as session:
        assert erase_connection(session, 1, 100, text_of=text_of) == 3
    found = detail(database)
    assert (found.row.count, found.expired, found.row.state) == (4, 3, "open")


def test_a_count_that_does_not_add_up_is_found(database: Database) -> None:
    old_alerts(database, 3)
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE incident SET count = 5")
    with database.read() as session:
        assert miscounted(session, EVERYTHING) == [(1, 5, 3)]
