"""What is due at which firewall."""

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, Scope
from lamis.blocking import queries_work
from tests.blocking.world import World


def test_the_work_of_another_tenant_is_not_seen(world: World) -> None:
    world.firewall()
    world.work()
    world.ask()
    now_ms = to_ms(world.clock())
    foreign = Scope(frozenset({world.globex}))
    with world.database.read() as session:
        own = queries_work.due_firewall(session, EVERYTHING, now_ms=now_ms)
        assert own is not None
        key = own.connection_key
        assert len(queries_work.due_receipts(session, EVERYTHING, key, now_ms=now_ms, limit=9)) == 1
        assert queries_work.due_firewall(session, foreign, now_ms=now_ms) is None
        assert queries_work.due_receipts(session, foreign, key, now_ms=now_ms, limit=9) == []
        assert queries_work.wanted_at(session, foreign, key) == []
        assert queries_work.receipts_at(session, foreign, key) == []
        assert queries_work.work_of(session, foreign) == {}
        assert queries_work.unworked(session, foreign) == []
        assert queries_work.expired(session, foreign, now_ms=now_ms, limit=9) == []
