"""Facts of a source, changed by several at once."""

from sqlalchemy import select

from lamis.connections import health
from lamis.connections.models import Connection
from lamis.storage.engine import Database
from tests.connections.world import add, tenant


def test_facts_are_merged_and_none_takes_one_away(database: Database) -> None:
    with database.write() as session:
        key = add(session, tenant(session, "acme")).key
        health.learn(session, key, {"gap_ms": 5, "silent_since_ms": 7})
        health.learn(session, key, {"silent_since_ms": None, "agents": 3})
        stored = session.execute(select(Connection.health)).scalar_one()
    assert stored == {"gap_ms": 5, "agents": 3}
