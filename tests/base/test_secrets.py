"""Keys are made once and private; the vault reads what any of its keys sealed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lamis.base.errors import Invalid
from lamis.base.secrets import SecretUnreadable, Vault, load_keys, look_at_keys, missing_keys
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


def test_looking_at_keys_makes_none(tmp_path: Path) -> None:
    assert missing_keys(_settings(tmp_path)) == ["secret.key", "encryption.key"]
    look_at_keys(_settings(tmp_path))
    assert not (tmp_path / "data").exists()
    made = load_keys(_settings(tmp_path))
    assert look_at_keys(_settings(tmp_path)).vault.open(made.vault.seal("s3cret")) == "s3cret"
    (tmp_path / "data" / "encryption.key").write_text("")
    assert missing_keys(_settings(tmp_path)) == ["encryption.key"]
    assert missing_keys(_settings(tmp_path, encryption_keys=Fernet.generate_key().decode())) == []
    with pytest.raises(SecretUnreadable):
        look_at_keys(_settings(tmp_path)).vault.open(made.vault.seal("s3cret"))
    assert (tmp_path / "data" / "encryption.key").read_text() == ""


def test_a_data_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    load_keys(_settings(tmp_path))
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Invalid, match="LAMIS_DATA_DIR"):
        load_keys(_settings(tmp_path))


@pytest.mark.parametrize("name", ["secret.key", "encryption.key"])
def test_a_key_file_left_empty_by_a_crash_is_no_empty_key(tmp_path: Path, name: str) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / name).touch(mode=0o600)
    keys = load_keys(_settings(tmp_path))
    assert len(keys.signing) >= 32
    assert len((tmp_path / "data" / name).read_text().strip()) >= 32
    assert load_keys(_settings(tmp_path)).vault.open(keys.vault.seal("x")) == "x"


def test_a_key_file_cut_short_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "secret.key").write_text("abc\n")
    with pytest.raises(Invalid, match=r"secret\.key"):
        load_keys(_settings(tmp_path))


def test_those_who_start_together_have_one_key(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        signing = {keys.signing for keys in pool.map(lambda _: load_keys(settings), range(16))}
    assert len(signing) == 1


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
