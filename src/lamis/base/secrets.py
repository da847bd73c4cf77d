"""Secrets at rest: the keys of an installation, and the vault that encrypts with them."""

import fcntl
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from lamis.base.errors import Invalid, LamisError
from lamis.base.settings import Settings

SIGNING_KEY, ENCRYPTION_KEY = "secret.key", "encryption.key"
_SHORTEST_KEY = 32


class SecretUnreadable(LamisError):
    """A stored secret was encrypted with a key that is gone; it must be entered again."""


class Vault:
    """Encrypts short texts with the newest key and reads those of any key it holds."""

    def __init__(self, keys: list[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise Invalid(
                "LAMIS_ENCRYPTION_KEYS holds something that is not a Fernet key (32 bytes, url-safe base64).",
                field="LAMIS_ENCRYPTION_KEYS",
            ) from error

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text again. Raises SecretUnreadable where no key fits."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable(
                "The stored secret cannot be decrypted with the keys of this installation."
            ) from error


@dataclass(frozen=True, slots=True)
class Keys:
    """`signing` signs tokens; `vault` keeps secrets."""

    signing: str
    vault: Vault


def prepare_data_dir(path: Path) -> None:
    """Make the data folder, readable by its owner only. Raises Invalid when that is impossible."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.stat().st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise Invalid(
            f"LAMIS_DATA_DIR {path} cannot be used: {error.strerror}.", field="LAMIS_DATA_DIR"
        ) from error


def _kept(path: Path, make: str) -> str:
    """The content of a key file of mode 0600, written by whoever comes first. Raises Invalid."""
    try:
        kept = (path.read_text(encoding="ascii").strip() if path.exists() else "") or _written(path, make)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The key file {path} cannot be used: {error}.", field="LAMIS_DATA_DIR") from error
    if len(kept) < _SHORTEST_KEY:
        raise Invalid(f"The key file {path} is cut short; put it back from a backup.", field="LAMIS_DATA_DIR")
    return kept


def _written(path: Path, make: str) -> str:
    """Write the key unless somebody else just did.

    The lock keeps two that start together from taking what the other has not written yet for a key; a file
    that a crash left empty is written again.
    """
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if kept := file.read().strip():
            return kept
        file.write(make + "\n")
        file.flush()
        os.fsync(file.fileno())
        return make


def keys_as_files(settings: Settings) -> dict[str, str]:
    """What the key files of this installation hold, or would hold where the settings give the keys."""
    prepare_data_dir(settings.data_dir)
    made = _made()
    return {
        name: key or _kept(settings.data_dir / name, made[name]) for name, key in _given(settings).items()
    }


def _given(settings: Settings) -> dict[str, str | None]:
    return {SIGNING_KEY: settings.secret_key, ENCRYPTION_KEY: settings.encryption_keys}


def _made() -> dict[str, str]:
    return {SIGNING_KEY: secrets.token_urlsafe(48), ENCRYPTION_KEY: Fernet.generate_key().decode()}


def keep_keys(settings: Settings, keys: Mapping[str, str]) -> None:
    """Write key files over those that are there, as a restore into an empty installation does."""
    for name in (SIGNING_KEY, ENCRYPTION_KEY):
        if name in keys:
            path = settings.data_dir / name
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(keys[name] + "\n")
                file.flush()
                os.fsync(file.fileno())


def missing_keys(settings: Settings) -> list[str]:
    """The names of key files that are needed and not there, or empty."""
    return [
        name for name, key in _given(settings).items() if not key and not _is_there(settings.data_dir / name)
    ]


def _is_there(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def look_at_keys(settings: Settings) -> Keys:
    """The installation's keys without making any; instead of a missing one stands one that fits nothing.

    Raises Invalid for a key file that cannot be used.
    """
    missing = missing_keys(settings)
    made = _made()
    return _keys(
        {
            name: made[name] if name in missing else key or _kept(settings.data_dir / name, "")
            for name, key in _given(settings).items()
        }
    )


def load_keys(settings: Settings) -> Keys:
    """The installation's keys: from the settings, else from the data folder, made on first start."""
    return _keys(keys_as_files(settings))


def _keys(found: Mapping[str, str]) -> Keys:
    sealed = [key.strip() for key in found[ENCRYPTION_KEY].split(",") if key.strip()]
    return Keys(signing=found[SIGNING_KEY], vault=Vault(sealed))
