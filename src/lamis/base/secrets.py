"""Secrets at rest: the keys of an installation, and the vault that encrypts with them."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from lamis.base.errors import Invalid, LamisError
from lamis.base.settings import Settings


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
    """The content of a key file, made with mode 0600 by whoever comes first."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(make + "\n")
        file.flush()
        os.fsync(file.fileno())
    return make


def load_keys(settings: Settings) -> Keys:
    """The installation's keys: from the settings, else from the data folder, made on first start."""
    prepare_data_dir(settings.data_dir)
    signing = settings.secret_key or _kept(settings.data_dir / "secret.key", secrets.token_urlsafe(48))
    sealed = settings.encryption_keys or _kept(
        settings.data_dir / "encryption.key", Fernet.generate_key().decode()
    )
    return Keys(signing=signing, vault=Vault([key.strip() for key in sealed.split(",") if key.strip()]))
