"""Opening a firewall for a turn."""

import pytest

from lamis.base.errors import Invalid
from lamis.base.scope import EVERYTHING
from lamis.connections.queries_firewalls import active_firewalls
from lamis.connections.types import ConnectionKind
from lamis.connectors.types import Manifest
from lamis.storage.engine import Database
from lamis.workers.firewall_turn import open_firewall
from tests.blocking.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_the_arm_is_opened_with_the_stored_secret_and_alias(world: World) -> None:
    fake = world.firewall()
    with world.database.read() as session:
        (stored,) = active_firewalls(session, EVERYTHING)
    open_firewall(world.runtime, stored, lambda _kind: world.manifest)
    assert (fake.endpoints[0].username, fake.endpoints[0].password) == ("key", "first-secret")
    assert fake.options[0].alias == "LAMIS_block"


def test_a_vendor_that_drops_no_addresses_is_refused_in_a_sentence(world: World) -> None:
    world.firewall()
    with world.database.read() as session:
        (stored,) = active_firewalls(session, EVERYTHING)
    deaf = Manifest(kind=ConnectionKind.WAZUH, title="Wazuh indexer", abilities=frozenset())
    with pytest.raises(Invalid, match="drops no addresses"):
        open_firewall(world.runtime, stored, lambda _kind: deaf)
