"""What is left of tenants that were put away."""

from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.blocking import archiving, queries_archived
from tests.blocking.world import World


def test_only_an_archived_tenant_in_scope_leaves_something(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    world.work()
    with world.database.read() as session:
        assert queries_archived.left_standing(session, EVERYTHING, limit=5) == []
        assert queries_archived.resting_soon(session, EVERYTHING) == []
        assert queries_archived.standing_count(session, EVERYTHING, world.acme) == 1
    with world.database.write() as session:
        archiving.archive(session, SYSTEM, "id-acme", now=world.clock())
    foreign = Scope(frozenset({world.globex}))
    with world.database.read() as session:
        assert queries_archived.left_standing(session, EVERYTHING, limit=5) == [(world.acme, block_id)]
        assert queries_archived.left_standing(session, EVERYTHING, limit=0) == []
        assert queries_archived.left_standing(session, foreign, limit=5) == []
        assert queries_archived.standing_count(session, foreign, world.acme) == 0
        assert queries_archived.busy_firewalls(session, foreign, world.acme) == set()
        assert len(queries_archived.busy_firewalls(session, EVERYTHING, world.acme)) == 1
        assert queries_archived.resting_soon(session, EVERYTHING) == []
    world.blocker.keep_up()
    with world.database.read() as session:
        assert queries_archived.left_standing(session, EVERYTHING, limit=5) == []
        assert queries_archived.standing_count(session, EVERYTHING, world.acme) == 0
