"""`lamis backup` and `lamis restore`."""

from pathlib import Path

import pytest

from lamis.storage.engine import Database
from tests.alerts.world import document, put, settle
from tests.cli.conftest import Run


@pytest.mark.slow
def test_a_backup_is_restored_elsewhere(
    run: Run, kept: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(kept)
    put(kept, document(1), document(2))
    done = run("backup", str(tmp_path / "file.lamis"))
    assert (done.code, "2 alerts" in done.out) == (0, True)
    again = run("restore", str(tmp_path / "file.lamis"))
    assert (again.code, "already" in again.err) == (1, True)
    monkeypatch.setenv("LAMIS_DATA_DIR", str(tmp_path / "new"))
    there = run("restore", str(tmp_path / "file.lamis"))
    assert (there.code, "2 alerts" in there.out) == (0, True)
    listed = run("tenants", "list")
    assert "North" in listed.out


def test_another_file_is_wrong_usage(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "note.txt").write_text("hello")
    monkeypatch.setenv("LAMIS_DATA_DIR", str(tmp_path / "new"))
    refused = run("restore", str(tmp_path / "note.txt"))
    assert (refused.code, refused.err.strip()) == (2, "This file is not a backup of LAMIS.")
