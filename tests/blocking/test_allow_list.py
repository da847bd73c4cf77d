"""What a tenant never wants blocked."""

import pytest

from lamis.base.errors import Conflict, NotAllowed, NotFound
from lamis.base.scope import EVERYTHING, Actor, Role
from lamis.blocking import allow_list, queries_lists
from lamis.blocking.allow_list import Allowed
from lamis.blocking.networks import parse_network
from lamis.blocking.types import BlockState, Guarded
from tests.blocking.world import World


def allow(world: World, text: str, actor: Actor | None = None) -> Allowed:
    with world.database.write() as session:
        return allow_list.allow(
            session,
            actor or world.person(Role.ADMIN),
            parse_network(text),
            tenant_key=world.acme,
            note="mail relay",
            now=world.clock(),
        )


def test_an_allowed_address_is_not_blocked_nor_a_network_that_holds_it(world: World) -> None:
    world.firewall()
    allow(world, "203.0.113.80")
    for address in ("203.0.113.80", "203.0.113.0/24"):
        with pytest.raises(Guarded) as refused:
            world.ask(address)
        assert refused.value.guard == "allow_list"
    world.ask("203.0.113.81")


def test_another_tenants_allow_list_does_not_matter(world: World) -> None:
    world.firewall("fw-2", tenant_key=world.globex)
    allow(world, "203.0.113.80")
    world.ask("203.0.113.80", actor=world.person(tenant_key=world.globex), tenant_key=world.globex)


def test_allowing_an_address_lifts_the_blocks_that_hold_it(world: World) -> None:
    fake = world.firewall()
    held, other = world.ask("203.0.113.0/24"), world.ask("192.0.2.9")
    world.work()
    assert allow(world, "203.0.113.80").lifted == 1
    world.work()
    assert world.block(held).state is BlockState.LIFTED
    assert world.block(other).state is BlockState.ACTIVE
    assert fake.table == {parse_network("192.0.2.9")}
    assert "203.0.113.80 was put on the allow-list" in world.block(held).lift_why


def test_only_an_admin_changes_the_allow_list_and_a_foreign_line_is_not_found(world: World) -> None:
    with pytest.raises(NotAllowed):
        allow(world, "203.0.113.80", world.person(Role.ANALYST))
    line = allow(world, "203.0.113.80")
    with world.database.write() as session:
        with pytest.raises(NotAllowed):
            allow_list.disallow(session, world.person(Role.ANALYST), line.id, now=world.clock())
        with pytest.raises(NotFound):
            stranger = world.person(Role.ADMIN, tenant_key=world.globex)
            allow_list.disallow(session, stranger, line.id, now=world.clock())
        allow_list.disallow(session, world.person(Role.ADMIN), line.id, now=world.clock())
    with world.database.read() as session:
        assert queries_lists.allowed(session, EVERYTHING) == []


def test_a_line_is_there_once(world: World) -> None:
    allow(world, "203.0.113.80")
    with pytest.raises(Conflict):
        allow(world, "203.0.113.80")
