"""The doctor on the command line; what it finds is proved in tests/app/test_doctor.py."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _any_disk_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_DISK_MIN_MB", "0")
    monkeypatch.setenv("LAMIS_DISK_MIN_PERCENT", "0")


def test_a_well_installation_is_0(run: Run, data_dir: Path) -> None:
    data_dir.chmod(0o700)
    found = run("doctor", "--json")
    told = json.loads(found.out)
    assert (found.code, told["is_well"]) == (0, True), told
    assert {finding["check"] for finding in told["findings"]} >= {"settings", "clock", "disk", "database"}
    assert "database" in run("doctor").out


def test_something_wrong_is_1_and_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_DATA_DIR", "nowhere")
    found = run("doctor")
    assert found.code == 1
    assert "To do:" in found.out
