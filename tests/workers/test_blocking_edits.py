"""What becomes of work at a firewall whose settings are edited meanwhile."""

from lamis.base.errors import AuthFailed
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.blocking.types import BlockState
from lamis.connections import actions as connections
from lamis.connections import queries_firewalls
from lamis.connections.drafts import parse_draft
from lamis.connections.types import TestCode, TestResult
from lamis.storage.engine import Database
from tests.blocking.world import OWN, VAULT, World


def edit(world: World, **values: object) -> None:
    """The one firewall is saved with other values, tested."""
    with world.database.write() as session:
        (stored,) = queries_firewalls.active_firewalls(session, EVERYTHING)
        row = stored.connection
        usual: dict[str, object] = {"name": row.name, "kind": row.kind, "urls": row.urls, "username": "key"}
        tested = TestResult(TestCode.OK, "It works.", own_networks=(OWN,))
        draft = parse_draft(usual | values)
        connections.edit_connection(
            session, SYSTEM, row.id, draft, vault=VAULT, tested=tested, now=world.clock()
        )


def test_a_key_that_was_changed_while_the_old_one_is_refused_is_tried_at_once(
    database: Database,
) -> None:
    world = World(database)
    fake = world.firewall()
    block_id = world.ask()

    def meanwhile(_name: str) -> None:
        fake.before = lambda _name: None
        world.clock.forward(seconds=1)
        edit(world, password="second-secret")
        raise AuthFailed("fw-1 does not accept this key.", code="auth_failed", permanent=True)

    fake.before = meanwhile
    world.work()
    with world.database.read() as session:
        (found,) = queries_firewalls.firewalls(session, EVERYTHING, now=world.clock())
    assert found.health.is_good
    assert fake.endpoints[-1].password == "second-secret"
    assert world.block(block_id).state is BlockState.ACTIVE
