"""What a block would do, before it does it."""

from datetime import timedelta

import pytest

from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import SYSTEM
from lamis.blocking.planning import plan_block, tenant_for_block
from tests.blocking.world import World


def test_a_plan_names_firewalls_and_writes_nothing(world: World) -> None:
    world.firewall("fw-1")
    with world.database.read() as session:
        plan = plan_block(
            session,
            world.person(),
            world.wish("8.8.8.8", lasts=timedelta(hours=1)),
            tenant_key=world.acme,
            settings=world.settings,
            now=world.clock(),
        )
    assert [target.name for target in plan.targets] == ["fw-1"]
    assert (plan.objections, plan.is_listed, plan.standing_id) == ([], False, None)
    assert "public resolver of Google" in plan.warnings[0]
    assert world.journal() == []


def test_a_plan_names_the_block_that_stands_already(world: World) -> None:
    world.firewall()
    block_id = world.ask()
    with world.database.read() as session:
        plan = plan_block(
            session,
            world.person(),
            world.wish(),
            tenant_key=world.acme,
            settings=world.settings,
            now=world.clock(),
        )
    assert plan.standing_id == block_id


def test_the_tenant_is_the_callers_only_one_or_the_only_one_with_firewalls(world: World) -> None:
    with world.database.read() as session:
        assert tenant_for_block(session, world.person(), None).key == world.acme
        with pytest.raises(Invalid) as told:
            tenant_for_block(session, SYSTEM, None)
        assert told.value.field == "tenant"
    world.firewall(tenant_key=world.globex)
    with world.database.read() as session:
        assert tenant_for_block(session, SYSTEM, None).key == world.globex
        assert tenant_for_block(session, SYSTEM, "acme").key == world.acme
        assert tenant_for_block(session, SYSTEM, "id-acme").key == world.acme
        with pytest.raises(NotFound):
            tenant_for_block(session, world.person(), "globex")
