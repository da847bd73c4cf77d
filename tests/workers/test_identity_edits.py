"""An edit ends the doubt who answers, and whoever answers then is looked at before anything is read."""

from datetime import timedelta

from lamis.base.scope import SYSTEM
from lamis.connections import actions
from lamis.connections.drafts import parse_draft
from lamis.connections.types import TestCode, TestResult
from lamis.simulators.local import LocalIndexer
from tests.clock import NOON
from tests.indexers import way_to
from tests.workers.world import World, document, there

PASSED = TestResult(TestCode.OK, "It works.")


def edit(world: World, source: str, indexer: LocalIndexer) -> None:
    values = {
        "name": "branch",
        **way_to(indexer),
    }
    with world.database.write() as session:
        actions.edit_connection(
            session,
            SYSTEM,
            source,
            parse_draft(values),
            vault=world.runtime.keys.vault,
            tested=PASSED,
            now=world.clock(),
        )


def test_a_corrected_address_is_read_on_and_a_wrong_one_is_not(world: World, indexer: LocalIndexer) -> None:
    right = indexer.cluster_uuid
    source = world.connect(indexer)
    indexer.add(document(NOON, 1))
    world.poll()
    indexer.cluster_uuid = "another-cluster-uuid-1"
    indexer.add(document(NOON + timedelta(minutes=1), 2))
    world.poll(hours=2)
    assert world.connection(source).is_identity_in_doubt

    edit(world, source, indexer)
    world.poll()
    assert world.connection(source).is_identity_in_doubt
    assert world.connection(source).error_code == "identity_changed"
    assert len(world.stored()) == 1

    indexer.cluster_uuid = right
    edit(world, source, indexer)
    world.poll()
    assert not world.connection(source).is_identity_in_doubt
    assert world.connection(source).cluster_uuid == right
    assert world.stored() == there(indexer)
