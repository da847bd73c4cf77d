"""What ingest and retention read of incidents."""

from lamis.alerts.types import FindingDraft, Severity
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.incidents import actions_work
from lamis.incidents.actions import receive_findings
from lamis.incidents.queries_standing import EVIDENCE_KEPT, evidence_kept, newest_of, waiting_finding
from lamis.incidents.types import Verdict
from lamis.storage.engine import Database
from tests.alerts.world import NORTH, NOW, SOUTH, ago, settle
from tests.engines.statements import statements_of
from tests.incidents.world import high, later, row, rows, take


def prints(database: Database) -> list[str]:
    with database.read() as session:
        found = session.connection().exec_driver_sql("SELECT fingerprint FROM incident ORDER BY key")
        return list(found.scalars())


def test_the_newest_of_each_fingerprint_is_found_by_one_statement(database: Database) -> None:
    settle(database)
    take(database, high(1), high(2, device="web-02"))
    with database.write() as session:
        actions_work.close(session, SYSTEM, rows(database)[0].id, verdict=Verdict.BENIGN, now=NOW)
    take(database, high(3, at=later(hours=5)), now=later(hours=5))
    marks = prints(database)
    with database.ingest() as session, statements_of(session) as sent:
        found = newest_of(session, EVERYTHING, 1, marks)
    assert sorted(each.key for each in found.values()) == [2, 3]
    assert len(sent) == 1


def test_of_another_tenant_nothing_stands(database: Database) -> None:
    settle(database)
    take(database, high(1))
    with database.read() as session:
        assert newest_of(session, SOUTH, 1, prints(database)) == {}
        assert newest_of(session, NORTH, 2, prints(database)) == {}
        assert newest_of(session, NORTH, 1, ()) == {}


def test_the_first_and_last_alerts_of_what_waits_are_kept(database: Database) -> None:
    settle(database)
    take(database, *[high(n, at=ago(hours=30 - n)) for n in range(30)])
    with database.read() as session:
        kept = evidence_kept(session, EVERYTHING, 1, before_ms=1 << 60)
        every = session.connection().exec_driver_sql("SELECT key FROM alert ORDER BY key").scalars().all()
        assert kept == {*every[:EVIDENCE_KEPT], *every[-EVIDENCE_KEPT:]}
        assert evidence_kept(session, EVERYTHING, 1, before_ms=0) == frozenset()
        assert evidence_kept(session, SOUTH, 1, before_ms=1 << 60) == frozenset()
    with database.write() as session:
        actions_work.close(session, SYSTEM, row(database).id, verdict=Verdict.BENIGN, now=NOW)
    with database.read() as session:
        assert evidence_kept(session, EVERYTHING, 1, before_ms=1 << 60) == frozenset()


def test_an_incident_of_findings_is_found_by_their_kind_and_source(database: Database) -> None:
    settle(database)
    draft = FindingDraft("f", 1, 1, "connection-1", "lamis:silent", "Silent", Severity.HIGH, {})
    with database.ingest() as session:
        receive_findings(session, [draft], now=NOW)
    given = {"rule": "lamis:silent", "connection_key": 1}
    with database.read() as session:
        assert waiting_finding(session, NORTH, 1, **given) == row(database).id
        assert waiting_finding(session, SOUTH, 1, **given) is None
        assert waiting_finding(session, NORTH, 1, **given | {"connection_key": 2}) is None
    with database.write() as session:
        actions_work.close(session, SYSTEM, row(database).id, verdict=Verdict.BENIGN, now=NOW)
    with database.read() as session:
        assert waiting_finding(session, NORTH, 1, **given) is None
