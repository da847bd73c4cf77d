"""Where statements are built, who ends a transaction, and that nobody reads a tenant's rows unasked."""

import ast

import pytest

from tests.house import exceptions
from tests.house.tree import DOORS, MIGRATIONS, OWNED_ROOMS, Module, calls, functions, modules

SCOPES = {"scope": "Scope", "actor": "Actor"}


def is_kind(module: Module, kind: str) -> bool:
    return module.stem == kind or module.stem.startswith(f"{kind}_")


def public_functions(module: Module) -> list[ast.FunctionDef]:
    return [
        node
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def asks_who(function: ast.FunctionDef) -> bool:
    """Whether a scope, an actor or a worker's claim of one row stands second, behind the session.

    Without a session nothing is reached, and none is needed.
    """
    given = [argument.arg for argument in function.args.args]
    if "session" not in given:
        return True
    if given[0] != "session" or len(given) < 2:
        return False
    annotation = function.args.args[1].annotation
    if not isinstance(annotation, ast.Name):
        return False
    return annotation.id == SCOPES.get(given[1]) or annotation.id.startswith("Claimed")


def imports_select(module: Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("sqlalchemy")
        and any(name.name == "select" for name in node.names)
        for node in ast.walk(module.tree)
    )


def test_statements_are_built_in_queries_only() -> None:
    found = {
        module.path
        for module in modules()
        if not is_kind(module, "queries")
        and not module.path.startswith(MIGRATIONS)
        and imports_select(module)
    }
    exceptions.settle(found, exceptions.SELECTS)


def test_only_doors_end_a_transaction() -> None:
    found = {
        module.path
        for module in modules()
        if module.floor not in DOORS
        and not module.path.startswith(MIGRATIONS)
        and any(calls(module.tree, "commit"))
    }
    exceptions.settle(found, exceptions.COMMITS)


def test_whoever_reaches_a_tenants_rows_says_for_whom() -> None:
    found = {
        f"{module.dotted}.{function.name}"
        for module in modules()
        if module.floor in OWNED_ROOMS and (is_kind(module, "queries") or is_kind(module, "actions"))
        for function in public_functions(module)
        if not asks_who(function)
    }
    exceptions.settle(found, exceptions.WITHOUT_SCOPE)


@pytest.mark.parametrize(
    ("signature", "is_right"),
    [
        ("session: Session, scope: Scope, key: int", True),
        ("session: Session, actor: Actor, *, now: datetime", True),
        ("session: Session, claimed: ClaimedTask", True),
        ("row: Tenant", True),
        ("session: Session", False),
        ("session: Session, key: int, scope: Scope", False),
        ("session: Session, scope: int", False),
        ("scope: Scope, session: Session", False),
    ],
)
def test_who_asks_is_the_second_thing_told(signature: str, is_right: bool) -> None:
    function = ast.parse(f"def f({signature}): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert asks_who(function) is is_right


@pytest.mark.parametrize("room", OWNED_ROOMS)
def test_a_room_keeps_no_state_in_module_variables(room: str) -> None:
    found = {
        f"{module.path}:{function.name}"
        for module in modules()
        if module.floor == room
        for function in functions(module.tree)
        if any(isinstance(node, ast.Global) for node in ast.walk(function))
    }
    assert found == set()
