"""Keys are made once and private; the vault reads what any of its keys sealed."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lamis.base.errors import Invalid
from lamis.base.secrets import SecretUnreadable, Vault, load_keys
from lamis.base.settings import Settings


def _settings(folder: Path, **more: object) -> Settings:
    return Settings(data_dir=folder / "data", _env_file=None, **more)  # type: ignore[arg-type,call-arg]


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = load_keys(_settings(tmp_path))
    second = load_keys(_settings(tmp_path))
    assert first.signing == second.signing
    assert second.vault.open(first.vault.seal("s3cret")) == "s3cret"
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()} == {0o600}


def test_a_data_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    load_keys(_settings(tmp_path))
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Invalid, match="LAMIS_DATA_DIR"):
        load_keys(_settings(tmp_path))


def test_after_rotation_old_secrets_are_still_read() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Vault([old]).seal("x")
    assert Vault([new, old]).open(sealed) == "x"
    with pytest.raises(SecretUnreadable):
        Vault([new]).open(sealed)


def test_a_key_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(Invalid, match="LAMIS_ENCRYPTION_KEYS") as caught:
        Vault(["not-a-key"])
    assert "not-a-key" not in caught.value.message
