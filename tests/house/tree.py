"""The source tree as the house checks see it."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.engines.parts import ROOT

PACKAGE = ROOT / "src" / "lamis"
# Who may end a transaction; everything else is below and leaves that to them.
DOORS = frozenset({"__main__.py", "cli", "app", "web", "api", "live", "workers", "simulators"})
# Rooms whose rows belong to a tenant. People are the installation's, and the journal is only written to.
OWNED_ROOMS = ("alerts", "blocking", "connections", "delivery", "incidents", "tasks", "tenants")
MIGRATIONS = "storage/migrations/"


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed source file; `path` is relative to the package, with slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def floor(self) -> str:
        return self.path.split("/", 1)[0]

    @property
    def stem(self) -> str:
        return Path(self.path).stem

    @property
    def dotted(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")


@cache
def parsed(file: Path) -> ast.Module:
    """The tree of a source file."""
    return ast.parse(file.read_text())


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        found.append(Module(file.relative_to(PACKAGE).as_posix(), file.read_text(), parsed(file)))
    return tuple(found)


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that git tracks or would; empty outside a git checkout."""
    if not (ROOT / ".git").exists():
        return ()
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True)
    return tuple(path for name in answer.stdout.split("\0") if name and (path := ROOT / name).is_file())


@cache
def functions(tree: ast.AST) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    """Every function in `tree`, methods and inner ones too."""
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Every call of `name(...)` or `something.name(...)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if (isinstance(called, ast.Name) and called.id == name) or (
                isinstance(called, ast.Attribute) and called.attr == name
            ):
                yield node
