"""`lamis backup` and `lamis restore`: an installation with its keys, to one file and back."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from lamis.alerts.rebuilding import count_on, rebuild
from lamis.app.store import open_database, open_owned, open_store
from lamis.base.clock import utc_now
from lamis.base.errors import Conflict, Invalid, Unavailable
from lamis.base.secrets import ENCRYPTION_KEY, keep_keys, keys_as_files, prepare_data_dir
from lamis.base.settings import Settings
from lamis.connectors.registry import manifest
from lamis.schema.archive import ArchiveReader
from lamis.schema.backup import Progress, write_backup
from lamis.schema.restore import finish, restore_rows
from lamis.storage.engine import Database
from lamis.storage.lock import ServingLock
from lamis.storage.serving import DatabaseLock
from lamis.workers.texts import ONLY_KIND, text_of

_TEXTS_AT_ONCE = 2_000


def back_up(settings: Settings, path: Path, *, progress: Progress) -> dict[str, int]:
    """Write everything to a new file at `path` (mode 0600) while LAMIS runs; returns rows by table.

    The file appears whole or not at all. Raises Conflict where one stands already or is being written,
    Unavailable where it cannot be written.
    """
    _refuse_another(path)
    runtime = open_store(settings)
    try:
        with _appearing(path) as file:
            return write_backup(
                runtime.database, file, keys=keys_as_files(settings), now=utc_now(), progress=progress
            )
    finally:
        runtime.database.close()


def restore(settings: Settings, path: Path, *, progress: Progress) -> dict[str, int]:
    """Make the installation of a backup anew in an empty data folder; returns rows by table.

    Raises Invalid for what is no whole backup, Conflict where an installation is here or one is served.
    """
    prepare_data_dir(settings.data_dir)
    with _alone(settings) as database:
        with _said(path), path.open("rb") as file, ArchiveReader(file) as archive:
            counts = restore_rows(
                database, archive, now=utc_now(), owned=lambda: open_owned(settings), progress=progress
            )
            _check_keys(settings, archive.keys)
            keep_keys(settings, archive.keys)
        _index(database, progress)
        finish(database)
    return counts


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """A file that is at `path` once it is whole; one that a killed process left of it is written anew."""
    part = path.with_name(f".{path.name}.part")
    with _said(part), open(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"{path} is being written by another backup; name another file.") from error
        try:
            _refuse_another(path)  # which may have ended just now
            file.truncate()
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)


def _refuse_another(path: Path) -> None:
    if path.exists():
        raise Conflict(f"{path} exists already; name another file.")


@contextmanager
def _alone(settings: Settings) -> Iterator[Database]:
    """The database, held so that nobody serves it meanwhile. Raises Conflict where somebody does."""
    with ExitStack() as stack:
        if settings.database_url is None:
            stack.callback(ServingLock(settings.data_dir).release)
        database = open_database(settings)
        stack.callback(database.close)
        if settings.database_url is not None:
            stack.callback(DatabaseLock(database, is_alone=True).release)
        yield database


def _check_keys(settings: Settings, keys: Mapping[str, str]) -> None:
    """Raise Invalid where the settings hold keys that cannot read the secrets of the backup."""
    if settings.encryption_keys is None:
        return
    missing = set(keys.get(ENCRYPTION_KEY, "").split(",")) - set(settings.encryption_keys.split(",")) - {""}
    if missing:
        raise Invalid(
            "LAMIS_ENCRYPTION_KEYS lacks a key of this backup; unset it, or append the old keys.",
            field="LAMIS_ENCRYPTION_KEYS",
        )


def _index(database: Database, progress: Progress) -> None:
    vendor = manifest(ONLY_KIND)
    again, behind = text_of(vendor), -1
    with database.ingest() as session:
        count_on(session)
    while True:
        with database.ingest() as session:
            last = rebuild(session, behind, _TEXTS_AT_ONCE, text_of=again, text_version=vendor.text_version)
        if last is None:
            return
        behind = last
        progress("text index", _TEXTS_AT_ONCE)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{path} cannot be used: {error.strerror or error}.") from error
