"""What a block would do, before it does it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import SYSTEM, Role
from lamis.blocking.planning import lasting, plan_block, tenant_for_block
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


def test_who_is_no_operator_names_one_of_several_tenants(world: World) -> None:
    world.firewall(tenant_key=world.globex)
    person = replace(world.person(), roles={world.acme: Role.ANALYST, world.globex: Role.ANALYST})
    with world.database.read() as session, pytest.raises(Invalid):
        tenant_for_block(session, person, None)


def test_the_tenant_an_operator_looks_at_needs_no_firewall(world: World) -> None:
    world.firewall(tenant_key=world.globex)
    with world.database.read() as session:
        assert tenant_for_block(session, SYSTEM.narrow(world.acme), None).key == world.acme


def test_firewalls_are_chosen_by_name_or_id_and_all_of_them_must_be_known(world: World) -> None:
    for name in ("fw-1", "fw-2", "fw-3"):
        world.firewall(name)

    def chosen(*firewalls: str) -> list[str]:
        wish = world.wish(firewall_ids=firewalls)
        with world.database.read() as session:
            plan = plan_block(
                session, SYSTEM, wish, tenant_key=world.acme, settings=world.settings, now=world.clock()
            )
        return [target.id if target.name == "fw-2" else target.name for target in plan.targets]

    (second,) = chosen("fw-2")
    assert chosen("fw-1", second) == ["fw-1", second]
    for unknown in ((), ("fw-1", "fw-9")):
        with pytest.raises(Invalid) as told:
            chosen(*unknown)
        assert told.value.field == "firewalls"


def test_a_block_lasts_from_ten_seconds_to_ten_years() -> None:
    most = 3650 * 86_400
    assert (lasting(None), lasting(10), lasting(most)) == (None, timedelta(seconds=10), timedelta(days=3650))
    for seconds in (9, most + 1):
        with pytest.raises(Invalid) as told:
            lasting(seconds)
        assert told.value.field == "expires_in_s"
