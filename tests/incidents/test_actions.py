"""The one entry of alerts and findings."""

from lamis.alerts import queries
from lamis.alerts.types import FindingDraft, Severity
from lamis.base.scope import EVERYTHING
from lamis.incidents.actions import receive, receive_findings
from lamis.storage.engine import Database
from tests.alerts.world import ALL, NOW, batch, document, settle


def test_pages_and_findings_enter_here(database: Database) -> None:
    settle(database)
    draft = FindingDraft("f", 1, 1, "connection-1", "lamis:silent", "Silent", Severity.HIGH, {})
    for new in (1, 0):
        with database.ingest() as session:
            assert receive(session, batch([document(1)]), now=NOW).new == new
            assert receive_findings(session, [draft], now=NOW) == new
    with database.read() as session:
        assert queries.count(session, EVERYTHING, ALL) == 2
