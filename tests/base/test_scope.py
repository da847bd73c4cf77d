"""Who may do what where."""

import pytest

from lamis.base.errors import NotAllowed, NotFound
from lamis.base.scope import GRANTS, SYSTEM, Actor, Permission, Role, Scope

ANALYST = Actor(person_id="p", name="Ana", roles={1: Role.ANALYST, 2: Role.VIEWER})


def test_each_role_holds_what_the_one_before_holds() -> None:
    assert GRANTS[Role.VIEWER] < GRANTS[Role.ANALYST] < GRANTS[Role.ADMIN]


@pytest.mark.parametrize("permission", [Permission.MANAGE_TENANTS, Permission.MANAGE_PEOPLE])
def test_only_an_operator_manages_the_installation(permission: Permission) -> None:
    assert not any(permission in granted for granted in GRANTS.values())
    assert SYSTEM.may(permission)


def test_a_role_counts_in_its_tenant_only() -> None:
    ANALYST.require(Permission.CHECK_CONNECTIONS, 1)
    with pytest.raises(NotAllowed):
        ANALYST.require(Permission.CHECK_CONNECTIONS, 2)


def test_a_foreign_tenant_is_not_found_rather_than_forbidden() -> None:
    with pytest.raises(NotFound):
        ANALYST.require(Permission.SEE_ALERTS, 3)


def test_the_tenant_switch_narrows_and_never_widens() -> None:
    assert ANALYST.scope == Scope(frozenset({1, 2}))
    assert ANALYST.narrow(2).scope == Scope(frozenset({2}))
    assert ANALYST.narrow(2).full_scope == Scope(frozenset({1, 2}))
    with pytest.raises(NotFound):
        ANALYST.narrow(3)


def test_rows_say_whose_they_are_only_where_they_may_be_of_several() -> None:
    assert SYSTEM.sees_several
    assert ANALYST.sees_several
    assert not ANALYST.narrow(2).sees_several
    assert not Actor(person_id="p", name="Ada", roles={1: Role.ADMIN}).sees_several


def test_a_permission_reaches_the_tenants_in_view_that_give_it() -> None:
    assert ANALYST.scope_of(Permission.CHECK_CONNECTIONS) == Scope(frozenset({1}))
    assert ANALYST.narrow(2).scope_of(Permission.CHECK_CONNECTIONS) == Scope(frozenset())
    assert SYSTEM.scope_of(Permission.CHECK_CONNECTIONS).tenant_keys is None


def test_an_operator_sees_every_tenant() -> None:
    assert SYSTEM.scope.tenant_keys is None
    assert SYSTEM.narrow(7).scope == Scope(frozenset({7}))


def test_a_person_without_any_role_sees_nothing() -> None:
    stranger = Actor(person_id="s", name="Sam")
    assert stranger.scope == Scope(frozenset())
    assert not stranger.may(Permission.SEE_ALERTS)
