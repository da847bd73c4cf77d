"""Settings of a command, and the sentences about names that are none."""

from pathlib import Path

import pytest

from lamis.cli.context import open_runtime, settings_for


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_the_command_line_gives_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_PORT", "9000")
    assert settings_for(port=9001).port == 9001
    assert settings_for(port=None).port == 9000


def test_old_and_mistyped_names_are_told_from_the_file_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".env").write_text("SECRET_KEY=old\nLAMIS_PROT=1\nLAMIS_PORT=9002\n")
    assert settings_for().port == 9002
    told = capsys.readouterr().err.splitlines()
    assert any("SECRET_KEY is not used" in line for line in told)
    assert any("LAMIS_PROT" in line and "LAMIS_PORT" in line for line in told)


def test_the_store_is_made_and_migrated_where_there_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMIS_DATA_DIR", str(folder / "new"))
    runtime = open_runtime()
    runtime.database.close()
    assert (folder / "new" / "lamis.db").exists()
    assert (folder / "new").stat().st_mode & 0o777 == 0o700
    assert (folder / "new" / "secret.key").stat().st_mode & 0o777 == 0o600
