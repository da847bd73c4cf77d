"""The command line of one deployment."""

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_an_unknown_profile_is_a_wrong_usage() -> None:
    command = [sys.executable, "-m", "lamis.simulators.serve", "--profile", "nobody"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "acme-emea" in ended.stderr
