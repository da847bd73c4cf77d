"""The ready-made tools agree, in the same run as the tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.parts import ROOT

TOOLS = {
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "types": ["mypy"],
    "floors": ["lint-imports", "--no-cache", "--no-logo"],
}


@pytest.mark.slow
@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_has_nothing_to_say(tool: str) -> None:
    program, *options = TOOLS[tool]
    command = [str(Path(sys.executable).with_name(program)), *options]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
