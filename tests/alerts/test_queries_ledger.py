"""Raw counts by the documents' own time, however their keys were clamped or moved."""

from datetime import UTC, datetime

from lamis.alerts import actions, queries
from lamis.alerts.results import Recount
from lamis.alerts.types import FindingDraft, Severity
from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.world import NOW, ago, document, put


def test_every_document_is_counted_in_its_own_time(store: Database) -> None:
    ancient, future = datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    put(
        store,
        document(1),
        document(2, at=ancient),
        document(3, at=future),
        document(4, at=None),
        document(5, at=None, unreadable="odd"),
        document(6, identity="a", at=ago(hours=1)),
        document(6, identity="a", at=ago(hours=1), doc_id="again"),
        document(7, at=ago(hours=1), unreadable="odd"),
    )
    put(store, document(8), connection=2)
    draft = FindingDraft("f", 1, 1, "connection-1", "lamis:silent", "Silent", Severity.HIGH, {})
    with store.write() as session:
        actions.store_findings(session, [draft], now=NOW)
    with store.read() as session:

        def recount(since: datetime, until: datetime) -> Recount:
            return queries.recount(session, EVERYTHING, 1, to_ms(since), to_ms(until))

        assert recount(ancient, datetime(2000, 1, 1, tzinfo=UTC)) == Recount(1, 0, 0)
        assert recount(datetime(2000, 1, 1, tzinfo=UTC), NOW) == Recount(2, 1, 1)
        assert recount(NOW, future) == Recount(1, 0, 0)
        assert queries.recount(session, EVERYTHING, 1, to_ms(future), 1 << 62) == Recount(1, 0, 0)
        assert queries.recount(session, EVERYTHING, 1, -(1 << 62), 1 << 62) == Recount(5, 1, 1)
        assert queries.recount(session, EVERYTHING, 1, None, None) == Recount(2, 0, 1)


def test_a_key_moved_out_of_its_millisecond_counts_in_its_own(store: Database) -> None:
    key = put(store, document(1)).outcomes[0].key
    with store.write() as session:
        driver(session).execute("UPDATE alert SET key = key + (1 << 20) WHERE key = ?", (key,))
    with store.read() as session:
        ms = to_ms(NOW)
        assert queries.recount(session, EVERYTHING, 1, ms, ms + 1).here == 1
        assert queries.recount(session, EVERYTHING, 1, ms + 1, ms + 2).here == 0
