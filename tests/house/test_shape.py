"""Sizes, mirrors, and that nothing committed tells where it was made."""

import ast
import re
from pathlib import Path

import pytest

from tests.engines.parts import ROOT
from tests.house import exceptions
from tests.house.tree import MIGRATIONS, Module, functions, modules, parsed, tracked_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
_WRITTEN_BY_HAND = {".py", ".js", ".mjs", ".css", ".html"}
_DECLARATIONS = {"types", "models", "errors"}
_DECISIONS = ast.If | ast.IfExp | ast.For | ast.While | ast.Try | ast.With | ast.comprehension | ast.Compare
# It names where each package came from; that is its work.
_LOCK_FILES = {"uv.lock"}
# The brackets keep a pattern from finding itself.
_ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:[w]ork|[r]oot)/"
    r"|[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs\.org|[r]epo1?\.maven\.|[m]avencentral"
)


def written_files() -> list[Path]:
    """Tracked files that people write, read and keep short."""
    return [
        file
        for file in tracked_files()
        if file.suffix in _WRITTEN_BY_HAND and MIGRATIONS not in file.as_posix()
    ]


def has_logic(module: Module) -> bool:
    """Whether a function of the module does something.

    Ports only say what others do; values and errors may fill and name their own fields unwatched.
    """
    steps = [step for function in functions(module.tree) for step in steps_of(function)]
    if module.stem in _DECLARATIONS:
        return any(isinstance(node, _DECISIONS) for step in steps for node in ast.walk(step))
    return bool(steps)


def steps_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """The statements of a function without its docstring or ellipsis."""
    return [
        step
        for step in function.body
        if not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
    ]


def has_mirror(module: Module) -> bool:
    """Whether `tests/…/test_<name>.py` exists, whole or split by subject as `test_<name>_<subject>.py`."""
    folder = ROOT / "tests" / Path(module.path).parent
    return (folder / f"test_{module.stem}.py").exists() or any(folder.glob(f"test_{module.stem}_*.py"))


def test_each_module_with_logic_has_its_tests() -> None:
    missing = {
        module.path
        for module in modules()
        if has_logic(module) and not has_mirror(module) and "/versions/" not in module.path
    }
    exceptions.settle(missing, exceptions.WITHOUT_MIRROR)


def test_files_stay_short() -> None:
    long = {
        file.relative_to(ROOT).as_posix()
        for file in written_files()
        if len(file.read_text().splitlines()) > LONGEST_FILE
    }
    exceptions.settle(long, exceptions.LONG_FILES)


def test_functions_stay_short() -> None:
    long = set()
    for file in written_files():
        if file.suffix == ".py":
            for function in functions(parsed(file)):
                assert function.end_lineno is not None
                if function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION:
                    long.add(f"{file.relative_to(ROOT).as_posix()}:{function.name}")
    exceptions.settle(long, exceptions.LONG_FUNCTIONS)


def test_nothing_tells_where_it_was_made() -> None:
    if not tracked_files():
        pytest.skip("not a git checkout")
    found = []
    for file in tracked_files():
        if file.name not in _LOCK_FILES:
            text = file.read_bytes().decode("utf-8", errors="ignore")
            found += [f"{file.relative_to(ROOT)}: {hit[0]}" for hit in _ELSEWHERE.finditer(text)]
    assert found == []
