"""An installation to one file and back, with its keys, while it is used."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lamis.alerts import queries
from lamis.alerts.types import Filter
from lamis.app.backup import back_up, restore
from lamis.app.store import open_store
from lamis.base.errors import Conflict, Invalid, LamisError, Unavailable
from lamis.base.scope import EVERYTHING
from lamis.base.settings import Settings
from lamis.storage.lock import ServingLock
from lamis.storage.serving import DatabaseLock
from tests.alerts.world import document, put, settle
from tests.engines.postgres import OWNER, SERVING, PostgresServer


def quiet(_table: str, _rows: int) -> None:
    """No progress."""


def installation(folder: Path, **more: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **more)  # type: ignore[arg-type]  # settings by name


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """An installation with an alert and a sealed secret."""
    settings = installation(tmp_path / "here")
    runtime = open_store(settings)
    settle(runtime.database)
    put(runtime.database, document(1, title="A needle in the hay"))
    runtime.database.close()
    return settings


@pytest.mark.slow
def test_what_was_backed_up_is_there_again_with_its_keys(here: Settings, tmp_path: Path) -> None:
    lock = ServingLock(here.data_dir)  # as while it is served
    assert back_up(here, tmp_path / "file.lamis", progress=quiet)["alert"] == 1
    lock.release()
    there = installation(tmp_path / "there")
    restore(there, tmp_path / "file.lamis", progress=quiet)
    old, new = open_store(here), open_store(there)
    assert new.keys.signing == old.keys.signing
    assert new.keys.vault.open(old.keys.vault.seal("secret")) == "secret"
    with new.database.read() as session:
        assert queries.count(session, EVERYTHING, Filter(text="needle")) == 1
    for runtime in (old, new):
        runtime.database.close()


def test_the_file_is_for_its_owner_only_and_never_overwritten(here: Settings, tmp_path: Path) -> None:
    file = tmp_path / "file.lamis"
    back_up(here, file, progress=quiet)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="exists already"):
        back_up(here, file, progress=quiet)
    assert {path.name for path in tmp_path.iterdir()} == {"here", "file.lamis"}


def test_a_backup_that_failed_leaves_no_file(here: Settings, tmp_path: Path) -> None:
    def fail(_table: str, _rows: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable, match="No space left"):
        back_up(here, tmp_path / "file.lamis", progress=fail)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.slow
def test_of_two_backups_to_one_file_the_first_is_written(here: Settings, tmp_path: Path) -> None:
    file, refused = tmp_path / "file.lamis", []

    def meanwhile(_table: str, _rows: int) -> None:
        with pytest.raises(Conflict, match="is being written") as told:
            back_up(here, file, progress=quiet)
        refused.append(told.value)

    counts = back_up(here, file, progress=meanwhile)
    assert refused
    assert {path.name for path in tmp_path.iterdir()} == {"here", "file.lamis"}
    assert restore(installation(tmp_path / "there"), file, progress=quiet) == counts


@pytest.mark.slow
def test_what_a_killed_backup_left_is_in_nobodys_way(here: Settings, tmp_path: Path) -> None:
    (tmp_path / ".file.lamis.part").write_bytes(b"x" * 1_000_000)
    back_up(here, tmp_path / "file.lamis", progress=quiet)
    assert {path.name for path in tmp_path.iterdir()} == {"here", "file.lamis"}
    assert (tmp_path / "file.lamis").stat().st_size < 1_000_000


@pytest.mark.slow
def test_a_served_installation_is_not_restored_into(here: Settings, tmp_path: Path) -> None:
    back_up(here, tmp_path / "file.lamis", progress=quiet)
    there = installation(tmp_path / "there")
    open_store(there).database.close()
    lock = ServingLock(there.data_dir)
    with pytest.raises(Conflict, match="serves"):
        restore(there, tmp_path / "file.lamis", progress=quiet)
    lock.release()


@pytest.mark.slow
def test_keys_of_the_settings_must_read_the_backups_secrets(here: Settings, tmp_path: Path) -> None:
    back_up(here, tmp_path / "file.lamis", progress=quiet)
    other = Fernet.generate_key().decode()
    there = installation(tmp_path / "there", encryption_keys=other)
    with pytest.raises(Invalid, match="LAMIS_ENCRYPTION_KEYS") as refused:
        restore(there, tmp_path / "file.lamis", progress=quiet)
    old = (here.data_dir / "encryption.key").read_text().strip()
    assert old not in refused.value.message
    both = installation(tmp_path / "there", encryption_keys=f"{other},{old}")
    restore(both, tmp_path / "file.lamis", progress=quiet)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["missing.lamis", "folder"])
def test_what_is_no_file_is_named(here: Settings, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(LamisError, match=name):
        restore(installation(tmp_path / "there"), tmp_path / name, progress=quiet)


@pytest.mark.engine
def test_a_served_database_is_not_restored_into(
    here: Settings, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    back_up(here, tmp_path / "file.lamis", progress=quiet)
    with postgres_server.empty() as name:
        there = installation(
            tmp_path / "there",
            database_url=postgres_server.url(SERVING, name),
            database_owner_url=postgres_server.url(OWNER, name),
        )
        server = open_store(there).database
        lock = DatabaseLock(server, is_alone=False)
        with pytest.raises(Conflict, match="serves"):
            restore(there, tmp_path / "file.lamis", progress=quiet)
        lock.release()
        assert restore(there, tmp_path / "file.lamis", progress=quiet)["alert"] == 1
        server.close()
