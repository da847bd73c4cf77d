"""What the collector asks of stored documents."""

from datetime import timedelta
from pathlib import Path

from lamis.alerts import queries_sources
from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, Scope
from lamis.simulators.certificates import make_certificates
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from tests.clock import NOON
from tests.workers.world import document, make_world

NOBODY = Scope(frozenset())


def test_documents_are_told_by_index_origin_time_and_rule(database: Database, tmp_path: Path) -> None:
    hour_ms = to_ms(NOON - timedelta(hours=1))
    with LocalIndexer(certificates=make_certificates()) as indexer, make_world(database, tmp_path) as world:
        for number in range(3):
            rule, agent = {"id": "504", "level": 3}, {"id": "1", "name": f"a{number % 2}"}
            moment = NOON - timedelta(minutes=number)
            indexer.add(document(moment, number, rule=rule, agent=agent))
        old = indexer.add(document(NOON - timedelta(hours=20), 9))
        source = world.connect(indexer)
        world.poll()
        key = world.connection(source).key
        now_ms = to_ms(world.clock())
        with database.read() as session:
            assert queries_sources.index_names(
                session, EVERYTHING, key, from_ms=to_ms(NOON) - 30 * 3_600_000, to_ms=hour_ms
            ) == [old.index]
            origins = queries_sources.newest_origins(session, EVERYTHING, key, most=3)
            assert (old.index, old.doc_id) not in origins
            assert len(origins) == 3
            sample = queries_sources.times_and_devices(session, EVERYTHING, key, since_ms=hour_ms, most=9)
            assert len({device for _, device in sample}) == 2
            since_ms = to_ms(NOON) - 30 * 3_600_000
            for scope, quarters in ((EVERYTHING, 3), (NOBODY, 0)):
                found = queries_sources.quarters_with_documents(
                    session, scope, key, tenant_key=world.tenant_key, since_ms=since_ms
                )
                assert len(found) == quarters
                assert found == sorted(found)
            assert queries_sources.devices_of_rules(
                session, EVERYTHING, key, rules=["504", "506"], from_ms=hour_ms, to_ms=now_ms
            ) == {("504", "a0"), ("504", "a1")}
            assert queries_sources.newest_origins(session, NOBODY, key) == []
            assert not queries_sources.devices_of_rules(
                session, NOBODY, key, rules=["504"], from_ms=hour_ms, to_ms=now_ms
            )
