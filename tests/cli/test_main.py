"""The boundary of the command line: exit codes, version, help."""

import subprocess
import sys

import pytest

from lamis import __version__
from lamis.base.log import logger
from tests.cli.conftest import Run


def test_the_version_is_told(run: Run) -> None:
    found = run("--version")
    assert (found.code, found.out.strip()) == (0, f"lamis {__version__}")


def test_help_lists_the_commands(run: Run) -> None:
    found = run("--help")
    assert found.code == 0
    for command in ("up", "demo", "migrate", "create-operator", "reset-password", "doctor"):
        assert command in found.out
    for group in ("connections", "alerts", "tenants"):
        assert group in found.out


@pytest.mark.parametrize("arguments", [("nothing",), ("tenants", "add"), ("up", "--port", "many")])
def test_wrong_usage_is_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


def test_a_failure_is_1_with_one_sentence(run: Run) -> None:
    assert run("tenants", "add", "Acme").code == 0
    found = run("tenants", "add", "acme")
    assert found.code == 1
    assert found.err.count("\n") == 1
    assert "Acme" in found.err


def test_what_a_command_logs_is_no_part_of_its_answer(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("tenants", "list")
    logger("cli").warning("heard")
    told = capsys.readouterr()
    assert told.out == ""
    assert "heard" in told.err


def test_a_wrong_setting_is_2_and_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_PORT", "many")
    found = run("tenants", "list")
    assert found.code == 2
    assert "LAMIS_PORT" in found.err
    assert found.err.count("\n") == 1


def test_the_version_is_told_without_loading_the_rest() -> None:
    code = (
        "import sys; sys.argv = ['lamis', '--version']\n"
        "from lamis.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'fastapi', 'celery', 'httpx', 'pydantic', 'uvicorn'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
