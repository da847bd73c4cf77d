"""After the storm: what is stored is what the source holds, and everything kept beside it is true."""

from array import array

from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.alerts.queries import recount
from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING
from lamis.connections import queries
from lamis.connections.ledger import Ledger
from lamis.connections.types import HIGHEST, LOWEST
from lamis.simulators.local import LocalIndexer
from lamis.storage.runtime import Runtime
from tests.alerts.recounting import assert_kept_counts_are_true
from tests.real.proof import documents_here

_REFUSED = "SELECT i.name, r.doc_id FROM refused_document r JOIN source_index i ON i.key = r.index_key"


def ledger(runtime: Runtime, source: str) -> Ledger:
    with runtime.database.read() as session:
        return queries.ledger(session, EVERYTHING, source, now=utc_now())


def is_whole(runtime: Runtime, source: str) -> bool:
    return ledger(runtime, source).is_complete


def prove(runtime: Runtime, source: str, indexer: LocalIndexer, *, resent: int) -> None:
    """Fail unless stored = source, nothing is there twice, and every count equals a recount."""
    there = {(one.index, one.doc_id): one.raw for one in indexer.documents()}
    here = documents_here(runtime.database)
    with runtime.database.read() as session:
        refused = {(row[0], row[1]) for row in session.execute(text(_REFUSED))}
        assert here == {origin: there[origin] for origin in here}
        assert not here.keys() & refused
        assert here.keys() | refused == there.keys()
        assert len(refused) == resent
        _prove_ledger(session, source, there=len(there), here=len(here), refused=resent)
        assert_kept_counts_are_true(session)
        _prove_incidents(session)
        _prove_journal(session)


def _prove_ledger(session: Session, source: str, *, there: int, here: int, refused: int) -> None:
    found = queries.ledger(session, EVERYTHING, source, now=utc_now())
    assert (found.there, found.here, found.refused) == (there, here, refused)
    assert (found.missing, found.expired) == (0, 0)
    key = queries.connection_by_id(session, EVERYTHING, source).key
    dated = recount(session, EVERYTHING, key, LOWEST, HIGHEST)
    undated = recount(session, EVERYTHING, key, None, None)
    assert (dated.here + undated.here, dated.refused + undated.refused) == (here, refused)


def _prove_incidents(session: Session) -> None:
    """Each counts its alerts; nobody waits twice for the same; the worst alerts all belong to one."""
    counted = _pairs(
        session, "SELECT incident_key, count(*) FROM alert WHERE incident_key IS NOT NULL GROUP BY 1"
    )
    kept = _pairs(session, "SELECT key, count FROM incident")
    assert kept == counted
    assert kept
    waiting = session.execute(
        text("SELECT tenant_key, fingerprint FROM incident WHERE state <> 'closed'")
    ).all()
    assert len(waiting) == len(set(waiting))
    assert not session.execute(
        text("SELECT count(*) FROM alert WHERE level = 12 AND incident_key IS NULL")
    ).scalar_one()
    numbers = sorted(kept)
    assert numbers == list(range(1, len(numbers) + 1))


def _pairs(session: Session, statement: str) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(text(statement))}


def _prove_journal(session: Session) -> None:
    """Numbers without gaps in each stream, and every alert carries one of them."""
    for stream, last in session.execute(text("SELECT stream, last FROM journal_counter")).all():
        found = session.execute(
            text("SELECT number FROM journal_entry WHERE stream = :stream ORDER BY number"),
            {"stream": stream},
        ).scalars()
        assert array("q", found) == array("q", range(1, last + 1))
    orphans = text(
        "SELECT count(*) FROM alert a WHERE NOT EXISTS (SELECT 1 FROM journal_entry j WHERE"
        " j.number = a.journal_number AND j.stream = 'tenant:' || a.tenant_key)"
    )
    assert not session.execute(orphans).scalar_one()
