"""Running commands in this process, on a store of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lamis.cli.main import main
from lamis.storage.engine import Database
from tests import store


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def data_dir(store_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a migrated store; the commands find it by LAMIS_DATA_DIR."""
    folder = tmp_path / "data"
    folder.mkdir()
    store.copy_of(store_template, folder).close()
    monkeypatch.setenv("LAMIS_DATA_DIR", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def kept(data_dir: Path) -> Database:
    """The store that the commands work on."""
    return Database(data_dir / "lamis.db")


@pytest.fixture
def run(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("tenants", "list")` gives the outcome."""

    def command(*arguments: str) -> Outcome:
        monkeypatch.setattr("sys.argv", ["lamis", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        found = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), found.out, found.err)

    return command
