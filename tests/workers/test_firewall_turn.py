"""A turn at a firewall: opening it, and what it tells where the firewall fails."""

import pytest

from lamis.base.errors import Invalid, Refused
from lamis.base.scope import EVERYTHING
from lamis.blocking.types import BlockState, ReceiptState
from lamis.connections.firewalls import firewall_tested
from lamis.connections.queries_firewalls import active_firewalls
from lamis.connections.types import ConnectionKind, TestCode, TestResult
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


def test_a_list_that_cannot_be_read_is_told_on_the_receipt(world: World) -> None:
    fake = world.firewall()
    fake.failure = Refused("fw-1 sent a web page.", code="unexpected_answer")
    block_id = world.ask()
    world.work()
    (receipt,) = world.block(block_id).receipts
    assert receipt.detail == "fw-1 sent a web page."
    assert receipt.state is not ReceiptState.WAITING


def test_what_waits_is_done_at_once_after_a_test_that_passes(world: World) -> None:
    fake = world.firewall()
    fake.failure = Refused("fw-1 wants a privilege.", code="privilege_missing", permanent=True)
    block_id = world.ask()
    world.work()
    world.clock.forward(seconds=20)
    fake.failure = None
    world.work()
    assert world.block(block_id).state is BlockState.FAILED  # it rests, and nobody knows that it is cured
    with world.database.write() as session:
        (firewall,) = active_firewalls(session, EVERYTHING)
        well = TestResult(TestCode.OK, "It answers.")
        firewall_tested(session, firewall.connection.key, well, now=world.clock())
    world.work()
    assert world.block(block_id).state is BlockState.ACTIVE
