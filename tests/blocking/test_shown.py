"""Blocks as JSON values."""

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.blocking import lists, queries_lists
from lamis.blocking.shown import block_values
from tests.blocking.world import World


def receipt(world: World, block_id: str) -> tuple[object, ...]:
    with world.database.read() as session:
        pulled = queries_lists.newest_pulls(session, EVERYTHING)
    shown = block_values(world.block(block_id), pulled=pulled)
    receipts = shown["receipts"]
    assert isinstance(receipts, list)
    return receipts[0]["firewall"], receipts[0]["state"]


def test_a_block_without_firewall_tells_whether_its_list_was_pulled(world: World) -> None:
    with world.database.write() as session:
        lists.switch_on(session, SYSTEM, world.acme, now=world.clock())
    block_id = world.ask()
    assert receipt(world, block_id) == ("block list", "published")
    number = world.block(block_id).list_number
    with world.database.write() as session:
        lists.note_pull(
            session, world.acme, 4, address="192.0.2.1", agent="x", number=number, now=world.clock()
        )
    assert receipt(world, block_id) == ("block list", "pulled")
    world.lift(block_id)
    assert receipt(world, block_id) == ("block list", "lifted")


def test_a_receipt_names_its_firewall_and_steps(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    world.work()
    assert receipt(world, block_id) == ("fw-1", "active")
