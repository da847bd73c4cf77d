"""The documentation names everything there is, and its links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from cryptography.fernet import Fernet
from starlette.testclient import TestClient
from typer.main import get_command

from lamis.api.app import build_api
from lamis.base.scope import GRANTS, Permission, Role
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.cli.main import app
from lamis.connections.drafts import BACKFILLS
from lamis.connections.types import HealthWord, TestCode, TrustMode, WindowState
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _commands() -> Iterator[str]:
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from (f"{name} {each}" for each in command.commands)
        else:
            yield name


def test_every_command_is_documented() -> None:
    page = _page("commands.md")
    assert [name for name in _commands() if f"`lamis {name}" not in page] == []


def test_every_route_is_documented_and_every_documented_one_exists(database: Database) -> None:
    keys = Keys(signing="k" * 40, vault=Vault([Fernet.generate_key().decode()]))
    runtime = Runtime(settings=Settings(_env_file=None), database=database, keys=keys)
    document = TestClient(build_api(runtime)).get("/api/v2/openapi.json").json()
    there = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    told = set(re.findall(r"`((?:GET|POST|PATCH|PUT|DELETE) /api/\S+)`", _page("api.md")))
    assert told == there


@pytest.mark.parametrize("permission", Permission)
def test_the_table_of_permissions_is_true(permission: Permission) -> None:
    row = re.search(rf"^\| {permission.value} \|(.*)\|$", _page("permissions.md"), re.MULTILINE)
    assert row, f"{permission.value} is not in the table"
    cells = [cell.strip() == "✓" for cell in row[1].split("|")]
    assert cells == [permission in GRANTS[role] for role in Role] + [True]


def test_codes_states_and_words_are_documented() -> None:
    connections, collecting = _page("connections.md"), _page("collecting.md")
    assert [code for code in TestCode if f"`{code.value}`" not in connections] == []
    assert [word for word in BACKFILLS if f"`{word}`" not in connections] == []
    assert [state for state in WindowState if f"`{state.value}`" not in collecting] == []
    assert [word for word in HealthWord if f"`{word.value}`" not in collecting] == []
    assert all(str(mode) for mode in TrustMode)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in path or path.endswith(".png"):
            continue
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(target)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
