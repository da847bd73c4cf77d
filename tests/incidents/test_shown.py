"""One incident as API and command line tell it."""

import msgspec

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.incidents import actions_work, queries
from lamis.incidents.shown import incident_values
from lamis.incidents.types import Verdict
from lamis.storage.engine import Database
from tests.alerts.world import NOW, settle
from tests.incidents.world import high, later, rows, take


def test_a_row_with_its_history_and_its_neighbours(database: Database) -> None:
    settle(database)
    take(database, high(1))
    with database.write() as session:
        actions_work.close(
            session, SYSTEM, rows(database)[0].id, verdict=Verdict.BENIGN, comment="x", now=NOW
        )
    take(database, high(2, at=later(hours=5)), now=later(hours=5))
    old, new = rows(database)
    with database.read() as session:
        first = incident_values(queries.incident_by_id(session, EVERYTHING, old.id, now=NOW))
        second = incident_values(queries.incident_by_id(session, EVERYTHING, new.id, now=NOW))
    assert first.items() >= msgspec.structs.asdict(old).items()
    assert (first["next"], first["previous"], second["previous"]) == (new.id, None, old.id)
    assert first["history"] == [
        {
            "at": "2026-11-21T12:07:30.000Z",
            "kind": "closed",
            "actor": "LAMIS",
            "text": "x",
            "detail": "benign",
        }
    ]
