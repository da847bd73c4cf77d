"""From receipts to the state of a block."""

from lamis.base.scope import EVERYTHING, Scope
from lamis.blocking import queries_work, settling
from tests.blocking.world import World


def test_only_the_firewalls_in_scope_are_made_due(world: World) -> None:
    world.firewall("fw-1")
    world.firewall("fw-2", tenant_key=world.globex)
    world.work()
    with world.database.write() as session:
        own = Scope(frozenset({world.globex}))
        assert settling.make_reconcile_due(session, own, firewall_id=None, now=world.clock()) == 1
        assert settling.make_reconcile_due(session, own, firewall_id="nobody", now=world.clock()) == 0
    with world.database.read() as session:
        due = [
            work.tenant_key
            for work in queries_work.work_of(session, EVERYTHING).values()
            if not work.reconcile_ms
        ]
    assert due == [world.globex]


def test_a_state_is_journalled_when_it_changes_and_not_again(world: World) -> None:
    world.firewall()
    world.ask()
    world.work()
    world.clock.forward(minutes=5)
    world.work()
    assert world.journal() == ["block.requested", "block.active"]
